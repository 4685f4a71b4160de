"""What a part of a page cannot show, because the data lack it, and how to add it."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog


@dataclass(frozen=True)
class Need:
    """`lacks` is an entity (`tickets`), a column of one (`contacts.buying_role`), or a KPI that nobody has a value of.

    `shows` is what it would show.
    """

    lacks: str
    shows: str
    mend: str


def spoken_need(lacks: str) -> str:
    """`stage events`; of a column `the type of opportunities`."""
    entity, _, column = lacks.replace("_", " ").partition(".")
    return f"the {column} of {entity}" if column else entity


def entity_need(catalog: Catalog, entity: str, shows: str) -> Need:
    """An entity that has no source."""
    columns = catalog.entities[entity].columns
    required = [name for name, column in columns.items() if column.required]
    mend = f"Add a table '{entity}' with {', '.join(required)} to a source, or map one to it; then refresh."
    return Need(entity, shows, mend)


def column_need(entity: str, column: str, shows: str) -> Need:
    """A column that is empty in every row."""
    mend = f"Map the column that tells it to '{column}' of {entity}; then refresh."
    return Need(f"{entity}.{column}", shows, mend)
