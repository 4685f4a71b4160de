"""An answer in flat forms: rows of text and number, Arrow, CSV, data frames."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accountlens.errors import AccountlensError

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer

Row = dict[str, Any]


def flat_rows(answer: Answer) -> list[Row]:
    """Rows without nesting."""
    return [_flat(row, answer) for row in answer.rows()]


def _flat(row: Row, answer: Answer) -> Row:
    flat: Row = {key: row[key] for key in ("kpi", "period", "period_start", "period_end")}
    flat |= row["by"]
    flat |= {f"{name}_name": row.get("names", {}).get(name) for name in answer.names}
    flat |= {key: row[key] for key in ("value", "unit", "n", "lower", "upper")}
    for word in answer.plan.query.compare:
        flat[word.replace("-", "_")] = row["compare"][word]["value"]
        flat[f"{word.replace('-', '_')}_change"] = row["compare"][word]["change"]
    flat["flags"] = " ".join(row["flags"])
    flat["parts"] = json.dumps(row["parts"])
    flat["options"] = json.dumps(row["options"]) if "options" in row else ""
    return flat


def arrow_table(answer: Answer) -> Any:
    """A `pyarrow.Table` of the flat rows."""
    import pyarrow as pa

    numbers = {"value", "n", "lower", "upper"}
    for word in answer.plan.query.compare:
        numbers |= {word.replace("-", "_"), f"{word.replace('-', '_')}_change"}
    rows = flat_rows(answer)
    names = list(rows[0]) if rows else ["kpi", "period", "value"]
    columns = {
        name: pa.array([_float(row[name]) if name in numbers else row[name] for row in rows],
                       pa.float64() if name in numbers else pa.string())
        for name in names
    }  # fmt: skip
    return pa.table(columns)


def converted(answer: Answer, library: str, convert: Callable[[Any, Any], Any]) -> Any:
    """The flat rows in the form of a library that need not be installed."""
    try:
        module = importlib.import_module(library)
    except ImportError:
        raise AccountlensError(
            f"{library} is not installed.",
            mend=f"pip install 'accountlens[{library}]', or use to_arrow().",
        ) from None
    return convert(arrow_table(answer), module)


def write_csv(answer: Answer, target: io.TextIOBase | Any) -> None:
    rows = flat_rows(answer)
    writer = csv.DictWriter(target, list(rows[0]) if rows else ["kpi"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: safe_cell(value) for key, value in row.items()} for row in rows)


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Cells that a spreadsheet would run as a formula get a leading apostrophe; unknown is empty, times get their Z."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else safe_cell(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def safe_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
