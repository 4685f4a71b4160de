"""The files that people keep in the workspace (lists, decisions, corrections), without a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from accountlens.accounts.decision_files import MATCHES, MERGES
from accountlens.erasing.person import Person
from accountlens.sources.own_records import LISTS, TIERS
from accountlens.store.erasures import replaced

CORRECTIONS = "corrections"  # rows mended by hand; those about the person go


def clear_notes(folder: Path, person: Person, mails: Mapping[str, str]) -> list[str]:
    """Take a person out of these files; which ones changed."""
    changed = []
    for file in _files(folder):
        text = file.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if file.parent.name == CORRECTIONS:
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
    yield from (file for name in (TIERS, MATCHES, MERGES) if (file := folder / name).is_file())
    for part in (LISTS, CORRECTIONS):
        yield from sorted((folder / part).glob("*.csv"))


def _names(row: list[str], person: Person) -> bool:
    return any(cell.strip() in person.words or cell.strip().lower() in person.words for cell in row)
