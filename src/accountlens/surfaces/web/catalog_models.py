"""What the catalog tells: definitions in short and whole, with their lineage."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class KpiShort(BaseModel):
    """A definition in short. `also`: what else people call it. `known`: whether its data are there; `lacks`: the
    entities that are missing."""

    name: str
    family: str
    label: str
    also: list[str]
    asks: str
    unit: str
    good: str
    leads: str
    review: str
    origin: str
    interval: bool
    known: bool
    lacks: list[str]


class CatalogTold(BaseModel):
    """`cards` are the KPIs an overview begins with here, `columns` what the table of accounts does.

    `attributes` of accounts: name and SQL type.
    """

    snapshot: str
    currency: str
    time_zone: str
    as_of: str
    kpis: list[KpiShort]
    cards: list[str]
    columns: list[str]
    families: list[str]
    attributes: dict[str, str]
    profiles: dict[str, str]
    grains: list[str]
    comparisons: list[str]


class MeasureTold(BaseModel):
    name: str
    fact: str
    sentence: str


class OptionTold(BaseModel):
    """`value` is in force here, `default` where nothing is said."""

    name: str
    value: Any
    default: Any
    values: list[Any]
    between: list[float | str | None] | None


class MendTold(BaseModel):
    """An entity that is missing, and how to add it."""

    entity: str
    about: str
    required: list[str]
    mend: str


class FactTold(BaseModel):
    fact: str
    about: str
    file: str
    reads: list[str]
    columns: list[str]
    model: str | None


class SourceTold(BaseModel):
    source: str
    fetched_at: str | None
    error: str


class EntityTold(BaseModel):
    entity: str
    about: str
    rows: int | None
    sources: list[SourceTold]
    files: list[str]
    map: dict[str, Any] | None
    columns: list[str]


class LineageTold(BaseModel):
    facts: list[FactTold]
    entities: list[EntityTold]


class DefinitionTold(KpiShort):
    """A definition whole. `composed`: by formula, in the application, which may change it."""

    composed: bool
    formula: str
    measures: list[MeasureTold]
    options: list[OptionTold]
    dimensions: list[str]
    notes: str
    related: list[str]
    sources: list[str]
    file: str
    mend: list[MendTold]
    lineage: LineageTold
