"""The files that people keep in the workspace (lists, decisions, corrections), without a person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from accountlens.accounts.decision_files import MATCHES, MERGES
from accountlens.accounts.erased import BETWEEN
from accountlens.erasing.person import Person
from accountlens.sources.corrections import FILE as CORRECTIONS
from accountlens.sources.own_records import LISTS, TIERS
from accountlens.store.erasures import replaced


def clear_notes(folder: Path, person: Person, mails: Mapping[str, str]) -> list[str]:
    """Take a person out of these files; which ones changed."""
    changed = []
    for file in _files(folder):
        text = file.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if file.name == CORRECTIONS:  # rows mended by hand; those about the person go
            rows = [row for row in rows if not _names(row, person)]
        words = {**mails, **dict.fromkeys(person.plain_names(), "(erased)")}
        rows = [[replaced(cell, words) for cell in row] for row in rows]
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        if rows != list(csv.reader(io.StringIO(text, newline=""))):
            beside = file.with_name(f".{file.name}.new")
            beside.write_text(out.getvalue(), encoding="utf-8", newline="")
            beside.replace(file)
            changed.append(file.relative_to(folder).as_posix())
    return changed


def _files(folder: Path) -> Iterator[Path]:
    yield from (file for name in (TIERS, MATCHES, MERGES, CORRECTIONS) if (file := folder / name).is_file())
    yield from sorted((folder / LISTS).glob("*.csv"))


def _names(row: list[str], person: Person) -> bool:
    cells = [cell.strip(" :") for content in row for cell in re.split(BETWEEN, content)]
    return any(cell in person.words or cell.lower() in person.words for cell in cells)
