"""SQL of the rows of an entity that stays in a warehouse: checked, each key once, with the account they belong to.

A warehouse's columns have types: only texts are texts, and only times are times. What is told apart there is what
`sources/rows_sql.py` tells apart of files; `tests/remote` holds both to the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accountlens.accounts.clues import EMAILS, NAMES, SITES, spelled
from accountlens.accounts.matching import Way
from accountlens.language.tables import SQL_TYPES, Column, ColumnType, Entity, OpenColumn
from accountlens.sources.casts import BLANKS, NO_VALUE
from accountlens.sources.mapping import Origin
from accountlens.warehouses.expand import literal, quoted

REASON = "_reason"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # what lies beyond, such as PostgreSQL's infinity, is no date


@dataclass(frozen=True)
class Checked:
    """The rows of an origin with `_reason` (NULL = none), the columns they have, and those that can't be read so."""

    select: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]  # of these columns, in DuckDB
    unread: Mapping[str, str]  # column of the entity → the type it has


def checked(entity: Entity, origin: Origin, rows: str) -> Checked:
    """`rows` are the origin's in the warehouse, in authored SQL."""
    kinds = {name: origin.types[source] for name, source in origin.columns.items()}
    extra = [name for name in origin.columns if name not in entity.columns]
    values = {name: value(entity.columns.get(name), f"r.{quoted(origin.columns[name])}", kinds[name]) for name in kinds}
    unread = {name: kinds[name] for name, sql in values.items() if sql is None and name in entity.columns}
    columns = (*entity.columns, *(name for name in extra if values[name] is not None))
    listed = ", ".join(f"{values.get(name) or _unknown(entity.columns[name])} AS {quoted(name)}" for name in columns)
    reasons = " ".join(f"WHEN {fault} THEN {literal(reason)}" for fault, reason in _faults(entity, kinds))
    reason = f"CASE {reasons} END" if reasons else "CAST(NULL AS VARCHAR)"
    select = f"SELECT c.*, {reason} AS {REASON}\nFROM (SELECT {listed}\nFROM {rows} r) c"
    told = tuple(SQL_TYPES[_type(entity.columns.get(name), kinds.get(name, ""))] for name in columns)
    return Checked(select, columns, told, unread)


def value(column: Column | None, raw: str, kind: str) -> str | None:
    """A clean value of a raw column; None where a column of this type says nothing of the kind."""
    match _type(column, kind), kind:
        case "text", "VARCHAR":
            text = f"NULLIF(TRIM({raw}, {literal(BLANKS)}), '')"
            return _word(text, column) if column else text
        case "text", "BIGINT":
            return f"CAST({raw} AS VARCHAR)"
        case "time", "TIMESTAMP":
            return _dated(f"CAST({raw} AS TIMESTAMP)")
        case "time", "TIMESTAMP WITH TIME ZONE":
            return _dated(f"KPI_INSTANT({raw})")
        case "time" | "date", "DATE":
            return _dated(f"KPI_UTC(CAST({raw} AS TIMESTAMP))")
        case "number", "DOUBLE" | "BIGINT":
            return f"CAST({raw} AS DOUBLE)"
        case "integer", "BIGINT":
            return f"CAST({raw} AS BIGINT)"
        case "flag", "BOOLEAN":
            return raw
        case "flag", "BIGINT":
            return f"CASE {raw} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END"
    return None


def _type(column: Column | None, kind: str) -> ColumnType:
    """What a raw column is read as; what the entity does not know, as what it is."""
    if column:
        return column.type
    match kind:
        case "VARCHAR":
            return "text"
        case "BOOLEAN":
            return "flag"
        case "DATE" | "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE":
            return "time"
    return "number"


def _dated(time: str) -> str:
    between = f"{time} BETWEEN {_instant(FIRST_DAY)} AND {_instant(LAST_DAY)}"
    return f"CASE WHEN {between} THEN {time} END"


def _instant(day: str) -> str:
    return f"CAST('{day} 00:00:00' AS TIMESTAMP)"


def _word(text: str, column: Column) -> str:
    """The word of a vocabulary that differs by capitals, blanks or hyphens only."""
    words = column.usual if isinstance(column, OpenColumn) else column.values
    if not words:
        return text
    tidy = f"LOWER(REPLACE(REPLACE({text}, ' ', '_'), '-', '_'))"
    return f"CASE WHEN {tidy} IN {literal(list(words))} THEN {tidy} ELSE {text} END"


def _unknown(column: Column) -> str:
    return f"CAST(NULL AS {SQL_TYPES[column.type]})"


def _faults(entity: Entity, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a row, and its reason; the first counts."""
    for name, column in entity.columns.items():
        if name not in kinds:
            continue
        held = f"c.{quoted(name)}"
        if column.required and (name in entity.key or column.type in ("time", "date") or column.values):
            dated = column.type in ("time", "date")
            yield f"{held} IS NULL", f"{name} is missing{f' or {NO_VALUE[column.type]}' if dated else ''}"
        if column.min is not None:
            yield f"{held} < {literal(float(column.min))}", f"{name} is below {column.min:g}"
        if column.max is not None:
            yield f"{held} > {literal(float(column.max))}", f"{name} is above {column.max:g}"
        if column.required and column.values:
            words = ", ".join(column.values)
            yield f"{held} NOT IN {literal(list(column.values))}", f"{name} is none of {words}"


def repeats(entity: Entity, rows: str, columns: Sequence[str]) -> str:
    """SELECT of how many keys stand more than once."""
    key = ", ".join(map(quoted, entity.key or columns))
    return f"SELECT COUNT(*) AS n FROM (SELECT {key} FROM {rows} v GROUP BY {key} HAVING COUNT(*) > 1) a"


def differs(entity: Entity, rows: str, columns: Sequence[str]) -> str:
    """SELECT of how many keys stand more than once with different values: dear, for all columns are compared."""
    key, listed = ", ".join(map(quoted, entity.key or columns)), ", ".join(map(quoted, columns))
    different = f"SELECT {key} FROM (SELECT DISTINCT {listed} FROM {rows} v) d GROUP BY {key} HAVING COUNT(*) > 1"
    return f"SELECT COUNT(*) AS n FROM ({different}) b"


def each_once(entity: Entity, rows: str, columns: Sequence[str]) -> str:
    """SELECT of the rows, each key once. Rows of a warehouse have no order: of several versions the greatest counts."""
    listed = ", ".join(map(quoted, columns))
    key = list(entity.key or columns)
    rest = [name for name in columns if name not in key] or key
    order = ", ".join(f"{quoted(name)} DESC NULLS LAST" for name in rest)
    place = f"ROW_NUMBER() OVER (PARTITION BY {', '.join(map(quoted, key))} ORDER BY {order}) AS _place"
    return f"SELECT {listed} FROM (SELECT {listed}, {place} FROM {rows} q) p WHERE _place = 1"


def clue_columns(columns: Sequence[str]) -> list[str]:
    """The columns that may say whose a row is that no id leads to an account."""
    return spelled((*EMAILS, *SITES, *NAMES), columns)


def with_person(rows: str, columns: Sequence[str], mails: str | None) -> str:
    """The rows, with the contact of their e-mail where they name none; `mails`: mail in small letters → contact."""
    given = spelled(EMAILS, columns)
    if mails is None or not given or "contact_id" not in columns:
        return f"SELECT {', '.join(f'r.{quoted(name)}' for name in columns)}\nFROM {rows} r"
    named = {"contact_id": 'COALESCE(r."contact_id", k."contact_id")'}
    listed = ", ".join(f"{named.get(name, f'r.{quoted(name)}')} AS {quoted(name)}" for name in columns)
    mail = f"LOWER(TRIM(COALESCE({', '.join(f'r.{quoted(name)}' for name in given)}, '')))"
    return f'SELECT {listed}\nFROM {rows} r\nLEFT JOIN {mails} k ON r."contact_id" IS NULL AND k.mail = {mail}'


def with_account(rows: str, columns: Sequence[str], tried: Sequence[Way], clues: str | None) -> str:
    """The rows with `account_id` as it was found, by an id or by what the table `clues` says, and as it was given."""
    found = [f"w{place}.account_id" for place in range(len(tried))]
    joins = joined(tried)
    if clues:
        pairs = ((_said(f"z.{quoted(name)}"), _said(f"r.{quoted(name)}")) for name in clue_columns(columns))
        joins += f"\nLEFT JOIN {clues} z ON {' AND '.join(f'{one} = {other}' for one, other in pairs)}"
        found.append("z.account_id")
    account = f"COALESCE({', '.join(found)})" if found else 'r."account_id"'
    named = {"account_id": account}
    listed = ", ".join(f"{named.get(name, f'r.{quoted(name)}')} AS {quoted(name)}" for name in columns)
    return f'SELECT {listed}, r."account_id" AS account_id_given\nFROM ({rows}) r{joins}'


def joined(tried: Sequence[Way]) -> str:
    return "".join(
        f"\nLEFT JOIN {quoted(way.table)} w{at} ON w{at}.{way.key} = {way.value}" for at, way in enumerate(tried)
    )


def left_over(rows: str, columns: Sequence[str], tried: Sequence[Way]) -> str:
    """SELECT of what rows say that no id leads to an account, each saying once."""
    clues = clue_columns(columns)
    listed = ", ".join(f"r.{quoted(name)}" for name in clues)
    lost = " AND ".join(f"w{place}.account_id IS NULL" for place in range(len(tried)))
    says = " OR ".join(f"r.{quoted(name)} IS NOT NULL" for name in clues)
    return f"SELECT DISTINCT {listed}\nFROM ({rows}) r{joined(tried)}\nWHERE {lost} AND ({says})"


def _said(column: str) -> str:
    return f"COALESCE(CAST({column} AS VARCHAR), '')"
