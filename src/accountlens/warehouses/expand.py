"""Macros and parameters into plain SQL text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.warehouses.macros import MACROS, arity, text_of

MACRO = re.compile(r"\b(KPI_[A-Z_]+)\s*\(")
PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
QUOTED = re.compile(r"('(?:[^']|'')*')")
ROWS = re.compile(r"\bKPI_ROWS\s*\(\s*\$([a-z_][a-z0-9_]*)\s*\)")


def expand(sql: str, engine: str = "duckdb", zone: str = "UTC") -> str:
    """Write every `KPI_*(…)` out for an engine; macros in arguments and in texts of macros too."""
    written, position = [], 0
    while (match := MACRO.search(sql, position)) is not None:
        closing = closing_bracket(sql, match.end() - 1)
        text = _written(match[1], split_arguments(sql[match.end() : closing]), engine, zone)
        written += [sql[position : match.start()], expand(text, engine, zone)]
        position = closing + 1
    return "".join([*written, sql[position:]])


def _written(name: str, arguments: list[str], engine: str, zone: str) -> str:
    text = text_of(name, engine, zone)
    if text is None:
        raise AccountlensError(f"There is no macro {name}.", mend=suggest(name, MACROS))
    if len(arguments) != arity(name):
        raise AccountlensError(f"{name} takes {arity(name)} argument(s), not {len(arguments)}.")
    return text.format(*arguments, zone=zone)


def bind(sql: str, values: Mapping[str, Any]) -> str:
    """Put literals for `$name`, and what `KPI_LOOKUP` and `KPI_ROWS` stand for. Quoted text stays."""
    sql = _lookups(sql, values)
    sql = ROWS.sub(lambda match: _rows(match[1], _value(match[1], values)), sql)
    pieces = QUOTED.split(sql)
    pieces[::2] = [PARAMETER.sub(lambda match: literal(_value(match[1], values)), piece) for piece in pieces[::2]]
    return "".join(pieces)


def parameters_in(sql: str) -> set[str]:
    """The names of the parameters a text uses."""
    return {name for piece in QUOTED.split(sql)[::2] for name in PARAMETER.findall(piece)}


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value!r}e0" if "e" not in repr(value) else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"CAST('{value.isoformat(sep=' ')}' AS TIMESTAMP)"
    if isinstance(value, list | tuple):
        return f"({', '.join(map(literal, value))})"
    if isinstance(value, Mapping):
        raise AccountlensError("A mapping can only be used inside KPI_LOOKUP(x, $mapping, default).")
    return "'" + str(value).replace("'", "''") + "'"


def split_arguments(text: str) -> list[str]:
    """The arguments of a call; commas inside quotes or brackets do not count."""
    parts, depth, quoted, current = [], 0, False, ""
    for sign in text:
        quoted ^= sign == "'"
        if not quoted:
            depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth and not quoted:
            parts.append(current.strip())
            current = ""
        else:
            current += sign
    return [*parts, current.strip()] if current.strip() or parts else []


def closing_bracket(sql: str, opening: int) -> int:
    depth, quoted = 0, False
    for position in range(opening, len(sql)):
        sign = sql[position]
        quoted ^= sign == "'"
        if not quoted:
            depth += (sign == "(") - (sign == ")")
            if not depth:
                return position
    raise AccountlensError(f"A bracket is not closed in: {sql[max(0, opening - 30) : opening + 40]}")


def _lookups(sql: str, values: Mapping[str, Any]) -> str:
    while (match := re.search(r"\bKPI_LOOKUP\s*\(", sql)) is not None:
        closing = closing_bracket(sql, match.end() - 1)
        arguments = split_arguments(sql[match.end() : closing])
        if len(arguments) != 3 or not arguments[1].startswith("$"):
            raise AccountlensError("KPI_LOOKUP is written KPI_LOOKUP(column, $mapping, default).")
        subject, name, default = arguments
        mapping = _mapping(name[1:], _value(name[1:], values))
        cases = " ".join(f"WHEN {literal(key)} THEN {literal(value)}" for key, value in mapping.items())
        text = f"(CASE {subject} {cases} ELSE {default} END)" if cases else f"({default})"
        sql = sql[: match.start()] + text + sql[closing + 1 :]
    return sql


def _mapping(name: str, value: Any) -> dict[Any, float]:
    """What a lookup looks into; a list is looked into by position, from 1."""
    try:
        pairs = enumerate(value, start=1) if isinstance(value, list | tuple) else (value or {}).items()
        return {key: float(item) for key, item in pairs}
    except (AttributeError, TypeError, ValueError):
        raise AccountlensError(f"'{name}' needs numbers, not {value}.") from None


def _rows(name: str, value: Any) -> str:
    """A list as a table of the one column `value`, each item once."""
    if not isinstance(value, list | tuple):
        raise AccountlensError(f"'{name}' needs a list, such as [one, two], not {value}.")
    items = ", ".join(f"({literal(item)})" for item in dict.fromkeys(value))
    if not items:
        return "(SELECT CAST(NULL AS VARCHAR) AS value WHERE FALSE)"
    return f"(SELECT v.value FROM (VALUES {items}) AS v(value))"


def _value(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        raise AccountlensError(f"There is no parameter or option '${name}'.", mend=suggest(name, values))
    return values[name]
