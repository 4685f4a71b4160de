"""What a KPI file may say about its interval, and what each kind asks of the formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from accountlens.catalog.strict import Strict
from accountlens.language import formula as f
from accountlens.language.kpi import Kpi

# The aggregates whose rows an interval is of, where the formula is one measure.
OF_ONE_MEASURE: Mapping[str, tuple[str, ...]] = {"student_t": ("mean",), "order_statistics": ("median", "p90")}


class StandardErrorFile(Strict):
    """A t interval by formulas over the measures: value ± t × standard error."""

    standard_error: str = Field(description="A formula: the standard error of the value, in its unit.")
    degrees_of_freedom: str = Field(description="A formula: whole degrees of freedom of Student's t; below 1 unknown.")


IntervalFile: TypeAlias = Literal["wilson", "trinomial", "student_t", "order_statistics"] | StandardErrorFile


def fault_of_interval(kpi: Kpi) -> str | None:
    """Why the KPI's interval does not fit its formula or its measures, or None where it does."""
    formula = kpi.formula
    if kpi.interval == "wilson" and not (isinstance(formula, f.Binary) and formula.operator == "/"):
        return "A Wilson interval needs a formula of the form a / b."
    if kpi.interval == "trinomial" and not {"promoters", "detractors", "responses"} <= set(kpi.measures):
        return "A trinomial interval needs the measures promoters, detractors and responses."
    if isinstance(kpi.interval, str) and (functions := OF_ONE_MEASURE.get(kpi.interval)):
        measure = kpi.measures.get(formula.name) if isinstance(formula, f.Name) else None
        if measure is None or measure.function not in functions:
            return f"An interval {kpi.interval} needs a formula that is one measure with {' or '.join(functions)}."
    return None
