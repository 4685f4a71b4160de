"""What was measured: a file per table and size in `docs/benchmarks/`, from which the page and its plots are made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import described
from benchmarks.setting import ROOT, Setting

RESULTS = ROOT / "docs" / "benchmarks"


@dataclass(frozen=True)
class Result:
    """`rows` under `columns`, as they are shown; `figures`: numbers for plots."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)  # of packages that others do not use


@dataclass(frozen=True)
class Kept:
    """A result with what it was measured on."""

    table: str
    activities: int
    accounts: int
    size: str
    on: dict[str, Any]
    result: Result


def keep(table: str, setting: Setting, result: Result, folder: Path = RESULTS) -> Path:
    on = described()
    on["versions"] |= result.versions
    kept = Kept(table, setting.activities, setting.accounts, setting.size, on, result)
    file = folder / f"{table}-{setting.activities}-{setting.accounts}.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(kept), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def kept_of(table: str, folder: Path = RESULTS) -> Iterator[Kept]:
    """The results of a table, the smallest company first."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob(f"{table}-*.json")]
    for one in sorted(told, key=lambda one: (one["activities"], one["accounts"])):
        yield Kept(**{**one, "result": Result(**one["result"])})
