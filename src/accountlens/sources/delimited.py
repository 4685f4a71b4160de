"""Lands CSV and its relatives as text: DuckDB reads clean files, `careful` the damaged ones."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from accountlens.errors import AccountlensError
from accountlens.sources.careful import clean_copy
from accountlens.sources.landed import Part
from accountlens.sources.naming import column_names, literal, told
from accountlens.sources.sniff import (
    LOOK,
    Dialect,
    dialect_of,
    encoding_of,
    encoding_of_whole,
    explained,
    head,
    is_gzip,
    open_bytes,
    rows_of,
    suffix,
)
from accountlens.warehouses.expand import quoted

CHUNK = 1 << 22
AS_IT_IS = ("utf-8", "utf-8-sig")
LONGEST_LINE = 2_000_000  # bytes DuckDB is told to expect; it reserves sixteen times as much


@dataclass(frozen=True)
class Look:
    """What a text file turned out to be."""

    readable: Path  # the file itself, or a copy in UTF-8
    dialect: Dialect
    header: tuple[str, ...]
    header_lines: int
    notes: tuple[str, ...]


def land_text(con: duckdb.DuckDBPyConnection, path: Path, base: str, scratch: Path) -> Part:
    """Fill the table `base` with the rows of one file; every column is text, exactly as written."""
    start = head(path)
    if not start.strip():
        return Part((), "SELECT CAST(NULL AS BIGINT) AS _row WHERE false", 0, notes=("the file is empty",))
    encoding, note = encoding_of(start)
    look = _look(path, scratch, encoding, note)
    part = _land(con, look, base)
    if part is None and encoding == "utf-8":  # perhaps the beginning was too plain to tell
        encoding, note = encoding_of_whole(path)
        if encoding != "utf-8":
            look = _look(path, scratch, encoding, note)
            part = _land(con, look, base)
    return part or _land_carefully(con, look, base, scratch, path.name)


def _land(con: duckdb.DuckDBPyConnection, look: Look, base: str) -> Part | None:
    """The fast way. `None` where DuckDB finds anything wrong with the file."""
    dialect = replace(look.dialect, skip=look.dialect.skip + 1)  # DuckDB counts records, not lines
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in look.header)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {base} AS FROM {_reading(look.readable, columns, dialect)}")
    except (duckdb.InvalidInputException, duckdb.IOException):
        return None
    return _part(con, look, base, "rowid + 1 AS _row")


def _land_carefully(con: duckdb.DuckDBPyConnection, look: Look, base: str, scratch: Path, shown: str) -> Part:
    """The slow way: a cleaned copy that carries the row numbers."""
    clean = scratch / "clean.csv"
    try:
        faulty, longest = clean_copy(look.readable, clean, look.dialect, len(look.header), look.header_lines)
    except (OSError, EOFError) as error:
        raise AccountlensError(f"The file can't be read to its end ({error}).", shown) from error
    columns = ", ".join(["'_row': 'BIGINT'", *(f"{literal(name)}: 'VARCHAR'" for name in look.header)])
    more = {"new_line": r"'\n'", "max_line_size": str(max(LONGEST_LINE, 2 * longest))}
    reading = _reading(clean, columns, Dialect(look.dialect.delimiter), more)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {base} AS FROM {reading}")
    except duckdb.InvalidInputException as error:
        what = f"The file can't be read: {told(error, clean)}"
        raise AccountlensError(what, shown, "Export it anew as CSV.") from error
    return replace(_part(con, look, base, "_row"), faulty=tuple(faulty))


def _part(con: duckdb.DuckDBPyConnection, look: Look, base: str, row: str) -> Part:
    (rows,) = con.execute(f"SELECT count(*) FROM {base}").fetchone() or (0,)
    select = f"SELECT {', '.join(map(quoted, look.header))}, {row} FROM {base}"
    return Part(look.header, select, rows, notes=look.notes)


def _reading(path: Path, columns: str, dialect: Dialect, more: dict[str, str] | None = None) -> str:
    options = {
        "columns": "{" + columns + "}",
        "delim": literal(dialect.delimiter),
        "quote": literal(dialect.quote),
        "escape": literal(dialect.escape),
        "skip": str(dialect.skip),
        "max_line_size": str(LONGEST_LINE),
        "compression": "'gzip'" if is_gzip(path) else "'none'",
        "header": "false",
        "auto_detect": "false",
        "strict_mode": "true",
        **(more or {}),
    }
    return f"read_csv({literal(str(path))}, {', '.join(f'{key} = {value}' for key, value in options.items())})"


def _look(path: Path, scratch: Path, encoding: str, note: str | None) -> Look:
    """Dialect, column names and what had to be assumed."""
    start = head(path)
    whole = start if len(start) < LOOK else start[: start.rfind(b"\n") + 1] or start
    sample = whole.decode(encoding, "replace").removeprefix("\ufeff")
    dialect = dialect_of(sample, tabs=suffix(path) in (".tsv", ".tab"))
    body = "\n".join(re.split(r"\r\n|\n|\r", sample)[dialect.skip : dialect.skip + 1000])
    rows = rows_of(body, dialect.delimiter, dialect.quote, dialect.escape)
    header, widened = _fitted(rows[0] if rows else [""], [row for row in rows[1:] if row])
    names, renamed = column_names(header)
    above = f"the header is line {dialect.skip + 1}; what stands above it was passed over"
    known = explained(re.split(r"\r\n|\n|\r", sample))
    notes = [note, above if dialect.skip > known else None, widened, *renamed]
    readable = path if encoding in AS_IT_IS else as_utf8(path, scratch, encoding)
    lines = 1 + sum(cell.count("\n") for cell in header)
    return Look(readable, dialect, tuple(names), lines, tuple(told for told in notes if told))


def _fitted(header: list[str], rows: list[list[str]]) -> tuple[list[str], str | None]:
    """A header made as wide as the rows are, where nearly all of these agree."""
    widths = Counter(len(row) for row in rows)
    usual, times = widths.most_common(1)[0] if widths else (len(header), 0)
    if times < 0.9 * len(rows) or usual == len(header):
        return header, None
    if usual < len(header) and not any(cell.strip() for cell in header[usual:]):
        return header[:usual], None
    ends_open = usual == len(header) + 1 and not any(row[-1] for row in rows if len(row) == usual)
    if usual > len(header) and not ends_open:
        return header + [""] * (usual - len(header)), f"the rows have {usual} cells, the header {len(header)}"
    return header, None


def as_utf8(path: Path, scratch: Path, encoding: str) -> Path:
    """A copy in UTF-8; bytes the encoding doesn't know become �."""
    copy = scratch / "utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with open_bytes(path) as file, copy.open("w", encoding="utf-8", newline="") as out:
        while chunk := file.read(CHUNK):
            out.write(decoder.decode(chunk))
        out.write(decoder.decode(b"", final=True))
    return copy
