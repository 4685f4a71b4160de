"""Lands workbooks (.xlsx, .xls, .ods): one table for each visible sheet, every cell as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import python_calamine as calamine

from accountlens.errors import AccountlensError
from accountlens.sources.landed import Part
from accountlens.sources.naming import column_names, told
from accountlens.warehouses.expand import quoted

BATCH = 50_000  # rows


def land_excel(con: duckdb.DuckDBPyConnection, path: Path, base: str) -> list[Part]:
    """Fill one table for each sheet that has a header. `base` names the tables, with `{}` for the sheet."""
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        visible, sheets = calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet
        names = [item.name for item in book.sheets_metadata if item.visible == visible and item.typ == sheets]
        parts = [_land_sheet(con, book.get_sheet_by_name(name), base.format(place)) for place, name in enumerate(names)]
    except calamine.PasswordError as error:
        raise AccountlensError("The workbook is locked with a password.", path.name, "Save it without one.") from error
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError) as error:
        raise AccountlensError(
            f"The workbook can't be read ({told(error, path)[:-1]}).",
            path.name,
            "Save it anew as .xlsx.",
        ) from error
    found = [part for part in parts if part is not None]
    return found or [Part((), "SELECT CAST(NULL AS BIGINT) AS _row WHERE false", 0, notes=("the workbook is empty",))]


def _land_sheet(con: duckdb.DuckDBPyConnection, sheet: Any, base: str) -> Part | None:
    rows = sheet.iter_rows()
    header, line = _header(rows, sheet.width)
    if header is None:
        return None
    names, notes = column_names(header)
    if line > 1:
        notes.append(f"the header is line {line} of the sheet; what stands above it was passed over")
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in names)
    con.execute(f"CREATE OR REPLACE TABLE {base} (_row BIGINT, {columns})")
    count = 0
    for batch in _batches(rows, names):
        con.register("_sheet", batch)
        con.execute(f"INSERT INTO {base} SELECT * FROM _sheet")
        con.unregister("_sheet")
        count += batch.num_rows
    used = con.execute(f"SELECT {', '.join(f'count({quoted(name)})' for name in names)} FROM {base}").fetchone()
    kept = [name for name, cell, many in zip(names, header, used or (), strict=True) if cell or many]
    notes = [note for note in notes if not any(note.endswith(f" {name}") for name in set(names) - set(kept))]
    select = f"SELECT {', '.join(map(quoted, kept))}, _row FROM {base}"
    return Part(tuple(kept), select, count, (), tuple(notes), sheet.name)


def _header(rows: Iterator[list[Any]], width: int) -> tuple[list[str] | None, int]:
    """The first row with more than one filled cell (one will do in a narrow sheet), and its line."""
    for line, row in enumerate(rows, start=1):
        cells = [_text(cell) or "" for cell in row]
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled > 1 or (filled == 1 and width < 3):
            return cells, line
    return None, 0


def _batches(rows: Iterator[list[Any]], names: list[str]) -> Iterator[pa.Table]:
    """Data rows with their place below the header; blank ones count but are not taken."""
    columns: list[list[Any]] = [[] for _ in range(len(names) + 1)]
    schema = ["_row", *names]
    for place, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row[: len(names)]]
        if not any(cell is not None for cell in cells):
            continue
        columns[0].append(place)
        for column, cell in zip(columns[1:], cells + [None] * (len(names) - len(cells)), strict=True):
            column.append(cell)
        if len(columns[0]) >= BATCH:
            yield _table(columns, schema)
            columns = [[] for _ in columns]
    if columns[0]:
        yield _table(columns, schema)


def _table(columns: list[list[Any]], names: list[str]) -> pa.Table:
    arrays = [pa.array(columns[0], pa.int64()), *(pa.array(column, pa.string()) for column in columns[1:])]
    return pa.table(arrays, names=names)


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without `.0`, dates in ISO form, true and false."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)
