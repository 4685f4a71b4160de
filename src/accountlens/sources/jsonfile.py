"""Lands JSON as text: one object a line, an array of objects, or an object around one such array."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from accountlens.errors import AccountlensError
from accountlens.sources.delimited import as_utf8
from accountlens.sources.landed import FaultyRow, Part
from accountlens.sources.naming import column_names, literal, told
from accountlens.sources.sniff import LOOK, encoding_of, head, is_gzip, open_bytes
from accountlens.warehouses.expand import quoted

LARGEST_DOCUMENT = 500_000_000  # bytes of one JSON document that is read as a whole
LARGEST_OBJECT = 64_000_000


def land_json(con: duckdb.DuckDBPyConnection, path: Path, base: str, scratch: Path) -> Part:
    """Fill the table `base`: top-level keys are columns, nested values stay JSON text."""
    start = head(path)
    if not start.strip():
        return Part((), "SELECT CAST(NULL AS BIGINT) AS _row WHERE false", 0, notes=("the file is empty",))
    encoding, note = encoding_of(start)
    readable = path if encoding == "utf-8" else as_utf8(path, scratch, encoding)
    shown = head(readable).decode("utf-8", "replace").lstrip()
    form = "array" if shown.startswith("[") else "newline_delimited"
    if form == "newline_delimited" and not _is_lines(shown):
        readable = _unwrapped(readable, scratch, path.name)
    try:
        part = _land(con, readable, base, form)
    except duckdb.Error as error:
        raise AccountlensError(f"The JSON can't be read: {told(error, readable)}", path.name) from error
    return Part(part.columns, part.select, part.rows, part.faulty, (note,) if note else ())


def _land(con: duckdb.DuckDBPyConnection, path: Path, base: str, form: str) -> Part:
    zipped = "gzip" if is_gzip(path) else "uncompressed"
    objects = (
        f"read_json_objects({literal(str(path))}, format = '{form}', compression = '{zipped}', "
        f"ignore_errors = {str(form != 'array').lower()}, maximum_object_size = {LARGEST_OBJECT})"
    )
    found = con.execute(
        f"SELECT key FROM (SELECT unnest(json_keys(json)) AS key, row_number() OVER () AS place"
        f" FROM {objects} WHERE json_type(json) = 'OBJECT') GROUP BY key ORDER BY min(place), key"
    ).fetchall()
    keys = [key for (key,) in found]
    names, _ = column_names(keys)
    pointers = ", ".join(literal("/" + key.replace("~", "~0").replace("/", "~1")) for key in keys)
    cells = ", ".join(f"cell[{place}] AS {quoted(name)}" for place, name in enumerate(names, start=1))
    con.execute(
        f"CREATE OR REPLACE TABLE {base} AS SELECT {cells + ',' if cells else ''} good AS _good FROM (SELECT"
        f" json_extract_string(json, [{pointers}]::VARCHAR[]) AS cell,"
        f" coalesce(json_type(json) = 'OBJECT', false) AS good FROM {objects})"
    )
    bad = [row for (row,) in con.execute(f"SELECT rowid + 1 FROM {base} WHERE NOT _good ORDER BY 1").fetchall()]
    (rows,) = con.execute(f"SELECT count(*) FROM {base} WHERE _good").fetchone() or (0,)
    select = ", ".join([*map(quoted, names), "rowid + 1 AS _row"])
    faulty = _faulty(path, set(bad)) if form != "array" else _faulty_items(con, objects, bad)
    return Part(tuple(names), f"SELECT {select} FROM {base} WHERE _good", rows, tuple(faulty))


def _faulty(path: Path, bad: set[int]) -> list[FaultyRow]:
    """The lines that are no JSON objects, with their text; blank lines are no rows."""
    faulty: list[FaultyRow] = []
    if not bad:
        return faulty
    row = 0
    with open_bytes(path) as file:
        for number, line in enumerate(file, start=1):
            row += bool(line.strip())
            if line.strip() and row in bad:
                text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
                faulty.append(FaultyRow(row, f"line {number}: no JSON object", text))
    return faulty


def _faulty_items(con: duckdb.DuckDBPyConnection, objects: str, bad: list[int]) -> list[FaultyRow]:
    if not bad:
        return []
    items = con.execute(f"SELECT json FROM {objects}").fetchall()
    return [FaultyRow(row, f"item {row}: no JSON object", str(items[row - 1][0])) for row in bad]


def _is_lines(shown: str) -> bool:
    """Whether the lines are records of their own, and not parts of one big document."""
    first = shown.partition("\n")[0]
    document = _parsed(shown)
    if isinstance(document, dict):  # all of the file, and one object
        return document == _parsed(first) and _records(document) is None
    return isinstance(_parsed(first), dict) or len(shown) < LOOK or first.rstrip().endswith("}")


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _records(document: object) -> list[object] | None:
    """The one list of objects inside a document such as `{"records": […]}`."""
    if not isinstance(document, dict):
        return None
    lists = [value for value in document.values() if isinstance(value, list) and value]
    return lists[0] if len(lists) == 1 and all(isinstance(item, dict) for item in lists[0]) else None


def _unwrapped(path: Path, scratch: Path, shown: str) -> Path:
    """The records of one document, written one a line."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise AccountlensError("The JSON document is too large to read whole.", shown, "Write one object a line.")
    try:
        with open_bytes(path) as file:
            document = json.load(file)
    except ValueError as error:
        raise AccountlensError(f"The file is not valid JSON: {error}.", shown) from error
    records = _records(document)
    if records is None:
        raise AccountlensError(
            "The JSON is one object, not a list of records.",
            shown,
            "Write an array of objects, or one object a line.",
        )
    copy = scratch / "records.jsonl"
    with copy.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return copy
