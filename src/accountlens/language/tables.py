"""The tables that can be measured: entities as they are loaded, and facts derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accountlens.language.reach import Reach

ColumnType = Literal["text", "time", "date", "number", "integer", "money", "flag"]

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "time": "TIMESTAMP",  # UTC
    "date": "TIMESTAMP",  # local midnight of the day, as a UTC instant
    "number": "DOUBLE",
    "integer": "BIGINT",
    "money": "DOUBLE",  # in the currency of the workspace
    "flag": "BOOLEAN",
}


# Tables a refresh makes beside the entities, for facts to read. Intervals are [valid_from, valid_to), null = open.
MADE_TABLES: Mapping[str, Mapping[str, str]] = {
    "account_attributes": {
        "account_id": "VARCHAR",
        "attribute": "VARCHAR",
        "value": "VARCHAR",
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
    },
    "account_matches": {  # rows whose account was looked up by a domain or a name; `docs/decisions/0008-matching.md`
        "entity": "VARCHAR",
        "row_key": "VARCHAR",  # values of the key, with | between them
        "kind": "VARCHAR",  # domain | name
        "value": "VARCHAR",  # the domain, or the name in plain words
        "account_id": "VARCHAR",  # null where a person has to choose
        "method": "VARCHAR",
        "confidence": "DOUBLE",  # 0 to 1
        "status": "VARCHAR",  # automatic | decided | review
    },
    "account_merges": {  # accounts whose rows count for another
        "loser_id": "VARCHAR",
        "survivor_id": "VARCHAR",
        "merged_on": "DATE",
        "source": "VARCHAR",  # merges.csv, or accounts where these say so
        "sites": "VARCHAR",  # by what the loser was known, with ; between
        "names": "VARCHAR",
    },
    "match_candidates": {  # among whom
        "kind": "VARCHAR",
        "value": "VARCHAR",
        "account_id": "VARCHAR",
        "method": "VARCHAR",
        "confidence": "DOUBLE",
    },
    "exchange_rates": {
        "currency": "VARCHAR",
        "rate": "DOUBLE",  # to the currency of the workspace
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
    },
    "model_runs": {
        "fact": "VARCHAR",
        "model": "VARCHAR",
        "model_version": "VARCHAR",
        "fitted_at": "TIMESTAMP",  # with what had happened by then
        "n": "BIGINT",  # what it was fitted on
        "parameters": "VARCHAR",  # JSON
        "log_likelihood": "DOUBLE",
        "hold_out": "VARCHAR",  # JSON: what it predicted for rows it had not seen, against what happened
        "status": "VARCHAR",  # ok | insufficient_data
        "reason": "VARCHAR",
    },
}


@dataclass(frozen=True)
class Column:
    """A column of an entity, with what a value must keep to."""

    name: str
    type: ColumnType
    required: bool = False
    values: tuple[str, ...] = ()  # the vocabulary; a value outside it is quarantined where `required`
    references: str | None = None  # the entity whose key this column holds
    min: float | None = None
    max: float | None = None
    personal: bool | Literal["pseudonym"] = False  # erased with the person, or kept as a pseudonym people differ by


@dataclass(frozen=True)
class OpenColumn(Column):
    """A column whose vocabulary is not closed: other values are kept, and reported."""

    usual: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interval:
    """Two columns of which the second must not lie before the first."""

    start: str
    end: str


@dataclass(frozen=True)
class Scale(Interval):
    """Values between those of two columns (`start`, `end`); where these are empty, on the usual scale."""

    value: str = ""
    by: str = ""  # the column that chooses the usual scale
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Entity:
    """A canonical input table. Columns beyond these are kept and become dimensions."""

    name: str
    about: str
    key: tuple[str, ...]  # empty: the whole row is the key
    columns: Mapping[str, Column]
    checks: tuple[Interval, ...] = ()
    converted_at: tuple[str, ...] = ()  # money is converted at the first of these that is known
    label: str | None = None  # the column that names a row to a reader
    large: bool = False  # its rows may stay in a warehouse


@dataclass(frozen=True)
class Fact:
    """A table derived by one SQL file (or an entity as it stands: then `sql` is empty)."""

    name: str
    about: str
    sql: str
    columns: Mapping[str, str]  # name → SQL type, in order
    key: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()  # without rows of these entities the fact is unknown, not empty
    stored: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)  # own ones, with defaults
    references: Mapping[str, str] = field(default_factory=dict)  # column → entity
    reads: tuple[str, ...] = ()  # entities and facts named in the SQL
    file: str = ""
    fixed: tuple[str, ...] = ()  # parameters of facts beneath that stay as they are, whatever option has their name
    model: str = ""  # what turns the SELECT's rows into the fact's at every refresh
    asked: str = ""  # where it does so for each period of a question instead: the column that says when a row happened
    reach: Reach | None = None  # how far a change of what it reads reaches; None: into all of it
    reduced: bool = False  # few rows beside the events they come from
