"""What was pushed last, and what of it is new, changed or gone since."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from accountlens.backups.contents import PUSHED, RESTORED
from accountlens.push.rows import Row, Rows
from accountlens.store import Store


@dataclass(frozen=True)
class Difference:
    """Keys, in order. `changed`: key → column → (then, now)."""

    new: Sequence[str]
    changed: Mapping[str, Mapping[str, tuple[Any, Any]]]
    gone: Sequence[str]
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@dataclass(frozen=True)
class Last:
    """The memory of one push to one target; empty where nothing was pushed, or other columns were."""

    file: Path

    def read(self, rows: Rows) -> Mapping[str, Sequence[Any]]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            if kept["columns"] == [rows.key, *rows.columns]:
                return dict(kept["rows"])
        return {}

    @property
    def restored(self) -> bool:
        """Whether it came from a back-up: what was pushed since then is not in it."""
        return self.file.with_suffix(RESTORED).exists()

    def write(self, rows: Rows) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        kept = {"columns": [rows.key, *rows.columns], "rows": {key: told(row) for key, row in rows.by_key.items()}}
        beside.write_text(json.dumps(kept), encoding="utf-8")
        beside.replace(self.file)
        self.file.with_suffix(RESTORED).unlink(missing_ok=True)


def last_of(store: Store, name: str, to: str) -> Last:
    """`to` as the settings write it, without its secrets."""
    digest = hashlib.sha256(f"{name}\n{to}".encode()).hexdigest()[:16]
    return Last(store.folder / PUSHED / f"{digest}.json")


def difference(rows: Rows, before: Mapping[str, Sequence[Any]]) -> Difference:
    new = sorted(key for key in rows.by_key if key not in before)
    changed = {}
    for key in sorted(rows.by_key.keys() & before.keys()):
        cells = zip(rows.columns, before[key], told(rows.by_key[key]), strict=True)
        if moved := {name: (then, now) for name, then, now in cells if then != now}:
            changed[key] = moved
    gone = sorted(before.keys() - rows.by_key.keys())
    return Difference(new, changed, gone, len(rows.by_key) - len(new) - len(changed))


def told(row: Row) -> list[Any]:
    """As JSON has it."""
    return [f"{cell.isoformat()}Z" if isinstance(cell, datetime) else cell for cell in row]
