"""CSV templates for records that a company keeps nowhere else: the columns of an entity, told in lines above them.

Such a file begins with a line that says so; it and the other lines with `#` above the header are passed over when the
file is read (`sources/sniff.py`). What is filled in is checked at a refresh like the rows of any other source.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from accountlens.errors import AccountlensError, suggest
from accountlens.language.tables import Column, Entity, OpenColumn, Scale
from accountlens.sources.sniff import TEMPLATE

WORDS = {  # what people call records, where it is not our name for them
    "surveys": "survey_responses", "survey": "survey_responses", "nps": "survey_responses", "csat": "survey_responses",
    "references": "advocacy_events", "advocacy": "advocacy_events", "case_studies": "advocacy_events",
    "account_plans": "goals", "plans": "goals", "outcomes": "goals", "progress": "goal_progress",
    "target_lists": "account_list_members", "target_list": "account_list_members", "lists": "account_list_members",
    "targets": "account_list_members", "budgets": "costs", "spend": "costs", "rates": "fx_rates",
    "tiers": "account_history", "whitespace": "product_eligibility", "roles": "opportunity_contacts",
    "stages": "account_stage_events",
}  # fmt: skip
HELP = (
    "# Write your rows below the header and save this as ENTITY.csv in a folder that a source reads, for example",
    "# sources: {records: {path: records}} in accountlens.yaml; then: accountlens refresh",
    "# Columns you do not need may go; columns of your own are kept, and split KPIs.",
    "# Lines that begin with # above the header are passed over.",
    "#",
)
HINTS = {
    "date": "a day, 2026-03-31",
    "time": "a day, or a day and time (UTC), 2026-03-31 14:00",
    "number": "a number, 12.5",
    "integer": "a whole number",
    "money": "an amount without signs and thousands marks, 12500.00",
    "flag": "yes or no",
}
SAMPLES = {"date": "2026-03-31", "time": "2026-03-31 14:00", "integer": "250", "money": "12500.00", "flag": "yes"}
NAMED = {  # by the name of a column
    "currency": "EUR", "from_currency": "USD", "to_currency": "EUR", "email": "jane@acme.example", "rate": "0.92",
    "domain": "acme.example", "discount": "0.1", "probability": "0.4", "list": "target", "stage": "mqa",
    "attribute": "tier", "value": "A", "baseline": "20", "target": "60", "actual": "45", "quantity": "10",
    "billing_months": "1",
}  # fmt: skip
ENDS = ("left_at", "ended_on", "ends_on", "period_end", "valid_to", "valid_until", "due_on")


def find_entity(name: str, entities: Mapping[str, Entity]) -> Entity:
    """An entity by its name, or by what people call it."""
    plain = name.lower().replace("-", "_").replace(" ", "_")
    known = entities.get(plain) or entities.get(WORDS.get(plain, ""))
    if known is None:
        near = suggest(plain, [*entities, *WORDS]) or "'accountlens template' lists them."
        raise AccountlensError(f"There is no entity '{name}'.", mend=near)
    return known


def template(entity: Entity) -> str:
    """The file: what to do, each column, an example, the header."""
    lines = [f"{TEMPLATE}: {entity.name}. {entity.about}"]
    lines += [line.replace("ENTITY", entity.name) for line in HELP]
    lines += [f"# {column.name}: {'; '.join(_told(column, entity))}" for column in entity.columns.values()]
    lines += ["#", f"# Example: {_row(example(entity).values())}", _row(entity.columns)]
    return "\n".join(line.replace('"', "'") if line.startswith("#") else line for line in lines) + "\n"


def example(entity: Entity) -> dict[str, str]:
    """A row that would be accepted."""
    row = {column.name: _sample(column) for column in entity.columns.values()}
    for check in entity.checks:
        if isinstance(check, Scale) and check.usual:
            kind, (low, high) = next(iter(check.usual.items()))
            row |= {check.by: kind, check.start: f"{low:g}", check.end: f"{high:g}", check.value: f"{high - 1:g}"}
    return row


def _told(column: Column, entity: Entity) -> Iterator[str]:
    if column.name in entity.key:
        yield "part of the key, never empty" if len(entity.key) > 1 else "the key, a name of its own for each row"
    elif column.required:
        yield "needed"
    words = column.values or (column.usual if isinstance(column, OpenColumn) else ())
    if words:
        yield f"one of {', '.join(words)}" if column.values else f"such as {', '.join(words)}"
    elif column.references:
        yield f"the id of a row of {column.references}"
    elif column.type in HINTS:
        yield HINTS[column.type]
    if column.min is not None:
        yield f"at least {column.min:g}"
    if not words and not column.references and column.type == "text" and column.name not in entity.key:
        yield "text"


def _sample(column: Column) -> str:
    usual = column.usual if isinstance(column, OpenColumn) else ()
    if column.values or usual:
        return (column.values or usual)[0]
    if column.references:
        return f"{_single(column.references)}-001"
    if column.name in ENDS:
        return "2026-12-31"
    if column.name in NAMED and column.type != "money":
        return NAMED[column.name]
    if column.type != "text":
        return SAMPLES.get(column.type, "10")
    return f"{column.name.removesuffix('_id')}-001" if column.name.endswith("_id") else f"Some {column.name}"


def _single(entity: str) -> str:
    return f"{entity.removesuffix('ies')}y" if entity.endswith("ies") else entity.removesuffix("s")


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
