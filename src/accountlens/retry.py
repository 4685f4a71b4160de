"""Quarantined rows that somebody mended, kept in `corrections.csv` for the next refresh."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from accountlens.errors import AccountlensError
from accountlens.sources.corrections import COLUMNS, FILE

PLACE = ("table", "source", "row_number")
TOLD = 20  # of the faults of a file
Key = tuple[str, str, str]


def keep_corrections(folder: Path, quarantined: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, str]]) -> int:
    """Add mended rows to the workspace's corrections: how many. Rows left as they were are passed over.

    A row names its place (table, source, row_number) and gives its columns, or all of them as JSON in `content`.
    """
    aside = {_key(row): str(row["content"]) for row in quarantined}
    kept = _read(folder / FILE)
    faults, news = list[str](), 0
    for number, row in enumerate(rows, start=1):
        key = _key(row)
        if key not in aside:
            faults.append(f"row {number}: {key[1]} row {key[2]} of {key[0] or 'no table'} is not in quarantine.")
            continue
        try:
            mended = _content(row, aside[key])
        except ValueError:
            faults.append(f"row {number}: the content is no JSON object.")
            continue
        if mended is not None:
            kept[key] = {"was": _was(kept.get(key), aside[key]), "content": mended}
            news += 1
    if faults:
        more = f"\n  and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
        mend = "Export them anew: accountlens quarantine --export FILE."
        raise AccountlensError("Nothing was kept:\n  " + "\n  ".join(faults[:TOLD]) + more, mend=mend)
    if news:
        _write(folder / FILE, kept)
    return news


def _key(row: Mapping[str, Any]) -> Key:
    return str(row["table"]), str(row["source"]), str(row["row_number"])


def _content(row: Mapping[str, str], before: str) -> str | None:
    """The row as mended; None where nothing was changed."""
    if "content" in row and not [name for name in row if name not in (*PLACE, "reason", "content")]:
        given = json.loads(row["content"])
        if not isinstance(given, dict):
            raise ValueError
    else:
        given = {name: value for name, value in row.items() if name not in (*PLACE, "reason", "content")}
    told = {name: None if value in ("", None) else str(value) for name, value in given.items()}
    was = {name: None if value in ("", None) else str(value) for name, value in _parsed(before).items()}
    same = all(told.get(name) == was.get(name) for name in {*told, *was})
    return None if same else json.dumps(told, ensure_ascii=False)


def _parsed(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}  # a line that could not be split
    return found if isinstance(found, dict) else {}


def _was(earlier: Mapping[str, str] | None, content: str) -> str:
    """By what the row in the source is known; of a correction that was faulty too, by what that one was."""
    if earlier is not None and _parsed(earlier["content"]) == _parsed(content):
        return earlier["was"]
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


def _read(file: Path) -> dict[Key, dict[str, str]]:
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return {_key(row): {"was": row["was"], "content": row["content"]} for row in csv.DictReader(opened)}


def _write(file: Path, kept: Mapping[Key, Mapping[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*key, one["was"], one["content"]] for key, one in kept.items())
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text.getvalue(), encoding="utf-8", newline="")
    beside.replace(file)
