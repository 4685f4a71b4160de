"""How a value of a file becomes a value of an entity: one SQL expression per type, and what counts as a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from accountlens.language.tables import ColumnType
from accountlens.sources.naming import literal

# `al_text`: without blanks around it, nothing is NULL. The first test passes most values on without a look at each
# letter: their first and last sign are plain ASCII ("!" to "~").
# `al_time`: an instant needs a time of day; without an offset it is UTC. A day is its local midnight.
# `al_day`: the day as it is written, whatever time or offset stands behind it, at its local midnight.
# Only forms that can be read in one way are read: the year first, or the month by name. DuckDB 1.5 reads an offset
# only behind seconds, so these are put in where they are not written.
# `al_word`: the word of a vocabulary that differs by capitals, blanks or hyphens only. Words are told by expressions
# and not by IN: DuckDB makes a join of a longer list, which is computed also where nobody reads the column.
BLANKS = " \t\r\n\f\v\u00a0\u200b\ufeff"
MACROS = r"""
CREATE OR REPLACE MACRO al_text(x) AS CASE
    WHEN x < '!' OR x > '~' OR NOT x[-1] BETWEEN '!' AND '~'
    THEN nullif(trim(x, '<blanks>'), '') ELSE x END;
CREATE OR REPLACE MACRO al_year_first(x) AS x >= '1' AND x < ':' AND x[5] IN ('-', '/') AND NOT suffix(x, ')');
CREATE OR REPLACE MACRO al_midnight(d) AS <midnight>;
CREATE OR REPLACE MACRO al_local(t) AS timezone(<zone>, t);
CREATE OR REPLACE MACRO al_bare_day(x) AS CASE
    WHEN al_year_first(x) THEN CAST(TRY_CAST(x AS TIMESTAMP) AS DATE)
    WHEN regexp_matches(x, '\b[1-9][0-9]{3}\b|^[1-9][0-9]{7}$')
    THEN CAST(try_strptime(x, ['%Y%m%d', '%Y.%m.%d', '%d %b %Y', '%d %B %Y', '%d-%b-%Y', '%b %d, %Y', '%B %d, %Y'])
        AS DATE) END;
CREATE OR REPLACE MACRO al_time(x) AS CASE
    WHEN NOT contains(x, ':') THEN al_midnight(al_bare_day(x))
    WHEN NOT al_year_first(x) THEN NULL
    WHEN strlen(x) = 19 AND x[14] = ':' AND x[17] = ':' THEN TRY_CAST(x AS TIMESTAMP)
    ELSE coalesce(timezone('UTC', TRY_CAST(x AS TIMESTAMPTZ)),
        timezone('UTC', TRY_CAST(regexp_replace(x, '^(\S+[ T]\d{1,2}:\d{2})([^:\d].*)$', '\1:00\2') AS TIMESTAMPTZ)),
        try_strptime(x, ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p', '%Y/%m/%d %I:%M %p', '%Y/%m/%d %I:%M:%S %p']))
    END;
CREATE OR REPLACE MACRO al_day(x) AS CASE
    WHEN NOT contains(x, ':') THEN al_midnight(al_bare_day(x))
    WHEN al_time(x) IS NOT NULL
    THEN al_midnight(TRY_CAST(regexp_extract(x, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}') AS DATE)) END;
CREATE OR REPLACE MACRO al_number(x) AS CASE
    WHEN NOT contains(x, '_') AND isfinite(TRY_CAST(x AS DOUBLE)) THEN TRY_CAST(x AS DOUBLE) END;
CREATE OR REPLACE MACRO al_whole(d) AS CASE WHEN d = trunc(d) AND abs(d) < 9e15 THEN CAST(d AS BIGINT) END;
CREATE OR REPLACE MACRO al_flag(x) AS CASE
    WHEN regexp_full_match(x, 'true|t|yes|y|1|1\.0', 'i') THEN true
    WHEN regexp_full_match(x, 'false|f|no|n|0|0\.0', 'i') THEN false END;
CREATE OR REPLACE MACRO al_tidy(x) AS lower(replace(replace(x, ' ', '_'), '-', '_'));
CREATE OR REPLACE MACRO al_word(x, words) AS CASE
    WHEN al_tidy(x) = x THEN x WHEN regexp_full_match(al_tidy(x), words) THEN al_tidy(x) ELSE x END;
CREATE OR REPLACE MACRO al_shown(x) AS '''' || left(trim(CAST(x AS VARCHAR)), 100) || '''';
"""
WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
FLOATING = ("DOUBLE", "FLOAT")
NO_VALUE = {"time": "is no date", "date": "is no date", "integer": "is no whole number"}


@dataclass(frozen=True)
class Cast:
    """The clean value as SQL, and where one was given that is none."""

    value: str
    fault: str | None = None


def add_macros(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """The macros that the casts use, for a workspace's time zone. The connection reads times as UTC from now on."""
    local = "CAST(d AS TIMESTAMP)"
    midnight = local if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {local}))"
    macros = MACROS
    con.execute("SET TimeZone = 'UTC'")
    for mark, text in {"<midnight>": midnight, "<zone>": literal(zone), "<blanks>": BLANKS}.items():
        macros = macros.replace(mark, text)
    con.execute(macros)


def text_of(column: str, kind: str) -> str:
    """A value of a DuckDB type as text; identifiers that became 12.0 on the way are 12 again."""
    if kind == "VARCHAR":
        return f"al_text({column})"
    if kind == "JSON":
        return f"al_text({column} ->> '$')"
    if kind in FLOATING:
        whole = f"CAST(al_whole(CAST({column} AS DOUBLE)) AS VARCHAR)"
        return f"CASE WHEN NOT isnan({column}) THEN coalesce({whole}, CAST({column} AS VARCHAR)) END"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def cast(column: str, kind: str, text: str, to: ColumnType) -> Cast:
    """`text` is the SQL of the value as text, for all kinds that are not typed already."""
    match to:
        case "text":
            return Cast(text)
        case "time" | "date":
            return _time(column, kind, to) or _read("al_time" if to == "time" else "al_day", text)
        case "number" | "money":
            return _number(column, kind) or _read("al_number", text)
        case "integer":
            return _integer(column, kind) or _read("al_whole(al_number", text, ")")
        case "flag":
            return Cast(column) if kind == "BOOLEAN" else Cast(f"al_flag({text})")


def is_typed(kind: str, to: ColumnType) -> bool:
    """Whether values of a kind become this type without being read as text."""
    return cast("x", kind, "", to) != cast("x", "VARCHAR", "", to)


def kept(column: str, kind: str) -> str:
    """A column that the entity does not know: as it is, in a type that every table format has."""
    if kind.startswith("TIMESTAMP"):
        return f"timezone('UTC', {column})" if "ZONE" in kind else f"CAST({column} AS TIMESTAMP)"
    if kind.endswith("HUGEINT"):
        return f"CAST({column} AS DOUBLE)"
    plain = kind in (*FLOATING, "BOOLEAN", "DATE", "BLOB") or kind.startswith("DECIMAL") or WHOLE.fullmatch(kind)
    return column if plain else text_of(column, kind)


def _read(macro: str, text: str, end: str = "") -> Cast:
    value = f"{macro}({text}){end}"
    return Cast(value, f"{text} IS NOT NULL AND {{value}} IS NULL")


def _time(column: str, kind: str, to: ColumnType) -> Cast | None:
    if kind == "DATE":
        return Cast(f"al_midnight({column})")
    if not kind.startswith("TIMESTAMP"):
        return None
    fault = f"NOT isfinite({column})"
    if "ZONE" not in kind:
        return Cast(f"CAST({column} AS TIMESTAMP)" if to == "time" else f"al_midnight(CAST({column} AS DATE))", fault)
    utc = f"timezone('UTC', {column})"
    if to == "time":
        return Cast(utc, fault)
    written = f"CASE WHEN CAST({utc} AS TIME) = TIME '00:00' THEN {utc} ELSE al_local({column}) END"
    return Cast(f"al_midnight(CAST({written} AS DATE))", fault)


def _number(column: str, kind: str) -> Cast | None:
    if kind in FLOATING:
        return Cast(f"CASE WHEN isfinite({column}) THEN CAST({column} AS DOUBLE) END", f"isinf({column})")
    if kind.startswith("DECIMAL") or WHOLE.fullmatch(kind):
        return Cast(f"CAST({column} AS DOUBLE)")
    return None


def _integer(column: str, kind: str) -> Cast | None:
    if WHOLE.fullmatch(kind):
        return Cast(f"TRY_CAST({column} AS BIGINT)", f"{column} IS NOT NULL AND {{value}} IS NULL")
    if kind in FLOATING or kind.startswith("DECIMAL"):
        number = f"CASE WHEN NOT isnan(CAST({column} AS DOUBLE)) THEN CAST({column} AS DOUBLE) END"
        return Cast(f"al_whole({number})", f"{number} IS NOT NULL AND {{value}} IS NULL")
    return None
