"""Components of a KPI: what a file declares as its parts must add up to its value."""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.language.formula import Binary, Name, Node
from accountlens.language.kpi import Kpi, Split, Terms
from accountlens.language.tables import Fact

ADDITIVE = ("count", "sum")  # over the groups of any column of the fact


def fault_of_components(kpi: Kpi, facts: Mapping[str, Fact]) -> str | None:
    """Why the declared components do not add up to the KPI; None where they do, or where none are declared."""
    match kpi.components:
        case Terms(names):
            if sorted(names) != sorted(_terms(kpi.formula) or ()):
                return f"The formula is not the sum of its components ({' + '.join(names)})."
        case Split(column):
            return _fault_of_split(column, kpi, facts)
    return None


def _terms(node: Node) -> list[str] | None:
    """The measures a formula adds up, if it does nothing else."""
    match node:
        case Name(name):
            return [name]
        case Binary("+", left, right):
            first, second = _terms(left), _terms(right)
            return None if first is None or second is None else first + second
    return None


def _fault_of_split(column: str, kpi: Kpi, facts: Mapping[str, Fact]) -> str | None:
    measure = kpi.measures.get(kpi.formula.name) if isinstance(kpi.formula, Name) else None
    if measure is None or measure.function not in ADDITIVE or measure.per or measure.shift:
        return f"Groups by '{column}' add up only where the formula is one measure that counts or sums up rows."
    fact = facts.get(measure.fact)
    if fact is not None and column not in fact.columns:
        return f"The fact '{fact.name}' has no column '{column}'."
    return None
