"""A formula as SQL over cells: unknown stays unknown, and nothing is divided by zero."""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.language.formula import Binary, Call, Name, Negative, Node, Number, OptionRef
from accountlens.warehouses.expand import literal


class FormulaWriter:
    """Writes formulas with each measure replaced by its SQL."""

    def __init__(self, measures: Mapping[str, str]) -> None:
        self.measures = measures

    def measure(self, name: str) -> str:
        if name in self.measures:
            return self.measures[name]
        return "CAST(NULL AS DOUBLE)" if name == "unknown" else f"c.{name}"  # a word about the period

    def __call__(self, node: Node) -> str:
        match node:
            case Number(value):
                return f"({literal(value)})" if value < 0 else literal(value)
            case Name(name):
                return self.measure(name)
            case Negative(operand):
                return f"(-{self(operand)})"
            case Binary("/", left, right):
                return f"KPI_RATIO({self(left)}, {self(right)})"
            case Binary(("+" | "-" | "*") as operator, left, right):
                return f"({self(left)} {operator} {self(right)})"
            case Binary(operator, left, right):
                test = f"{self(left)} {operator} {self(right)}"
                return f"(CASE WHEN {test} THEN 1e0 WHEN NOT ({test}) THEN 0e0 END)"
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
