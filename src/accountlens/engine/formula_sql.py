"""A formula as SQL: unknown stays unknown, and nothing is divided by zero. `arrays` computes the same over arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accountlens.engine.quantiles import TABLED, t_expansion, t_quantiles
from accountlens.language.formula import UNKNOWN, Binary, Call, Name, Negative, Node, Number, OptionRef
from accountlens.warehouses.expand import literal


@dataclass(frozen=True)
class FormulaWriter:
    """Writes formulas with each name replaced by its SQL."""

    column: Callable[[str], str]

    def __call__(self, node: Node) -> str:
        match node:
            case Number(value):
                return f"({literal(value)})" if value < 0 else literal(value)
            case Name(name):
                return "CAST(NULL AS DOUBLE)" if node == UNKNOWN else self.column(name)
            case Negative(operand):
                return f"(-{self(operand)})"
            case Binary("/", left, right):
                return f"KPI_RATIO({self(left)}, {self(right)})"
            case Binary(("+" | "-" | "*") as operator, left, right):
                return f"({self(left)} {operator} {self(right)})"
            case Binary(operator, left, right):
                test = f"{self(left)} {operator} {self(right)}"
                return f"(CASE WHEN {test} THEN 1e0 WHEN NOT ({test}) THEN 0e0 END)"
            case Call("student_t", (freedom, Number(level))):
                return _student_t(self(freedom), level)
            case Call(function, arguments):
                return self._call(function, [self(argument) for argument in arguments])
            case OptionRef(name):
                raise AssertionError(f"option ${name} was not settled")

    def _call(self, function: str, arguments: list[str]) -> str:
        listed = ", ".join(arguments)
        if function in ("min", "max"):
            known = " AND ".join(f"({argument}) IS NOT NULL" for argument in arguments)
            return f"(CASE WHEN {known} THEN {'LEAST' if function == 'min' else 'GREATEST'}({listed}) END)"
        if function == "if":
            return (
                f"(CASE WHEN {arguments[0]} <> 0 THEN {arguments[1]} WHEN {arguments[0]} = 0 THEN {arguments[2]} END)"
            )
        if function == "power":
            return f"(CASE WHEN {arguments[0]} >= 0 THEN POWER({listed}) END)"
        return f"{function.upper()}({listed})"


def _student_t(freedom: str, level: float) -> str:
    """How many standard errors to either side; exact up to `TABLED` degrees of freedom, then by A&S 26.7.5."""
    tabled = " ".join(f"WHEN {number} THEN {literal(t)}" for number, t in enumerate(t_quantiles(level), start=1))
    first, *further = map(literal, t_expansion(level))
    far = " + ".join(f"{factor} / POWER({freedom}, {power})" for power, factor in enumerate(further, start=1))
    return f"(CASE WHEN {freedom} > {TABLED} THEN {first} + {far} ELSE CASE {freedom} {tabled} END END)"
