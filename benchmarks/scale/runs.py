"""One measured refresh on a cluster, and where it is kept: a file for each in `docs/benchmarks/scale`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import RESULTS
from benchmarks.scale.eventlog import Work
from benchmarks.scale.statements import Statement
from benchmarks.setting import counted

from accountlens.standing.making import AT_ONCE

KEPT = RESULTS / "scale"
NOTHING = Work(*[0] * 14)


@dataclass(frozen=True, kw_only=True)
class Asked(Work):
    """All statements of one name in one group, summed: there are as many of a figure as parts of the accounts."""

    group: str
    name: str
    statements: int
    wall: float
    here: float  # CPU seconds of this process
    driver: float  # of the Java process that drives the cluster
    home: int  # bytes
    sent: int
    largest_home: int  # bytes of the largest of its answers


@dataclass(frozen=True)
class Run:
    """`variant`: what is unlike other runs, such as `skewed`. CPU is in seconds, `executors` whole processes."""

    activities: int
    accounts: int
    variant: str
    on: Mapping[str, Any]
    settings: Mapping[str, str]  # of Spark
    rows: Mapping[str, int]  # of raw tables
    raw_bytes: int
    at_once: int  # accounts, whose figures come home together
    wall: float
    first_byte: float | None  # seconds until the snapshot was published
    here: float
    driver: float
    executors: float
    peak_mb: float
    store_bytes: int
    figures_bytes: int
    home: int
    sent: int
    asked: Sequence[Asked]

    @property
    def size(self) -> str:
        parts = -(-self.accounts // self.at_once)
        return f"{counted(self.activities)} x {self.accounts:,}" + (f", in {parts} parts" if parts > 1 else "")

    @property
    def file(self) -> str:
        usual = "" if self.at_once == AT_ONCE else f"{self.at_once}_at_once"
        return "-".join(filter(None, [str(self.activities), str(self.accounts), usual, self.variant])) + ".json"

    def of(self, group: str) -> list[Asked]:
        return [one for one in self.asked if one.group == group]


def asked_of(statements: Iterable[Statement], works: Mapping[int, Work]) -> list[Asked]:
    """Statements with what the cluster did for them, those of one name together."""
    together: dict[tuple[str, str], list[tuple[Statement, Work]]] = {}
    for one in statements:
        together.setdefault((one.group, one.name), []).append((one, works.get(one.number, NOTHING)))
    return [_asked(group, name, found) for (group, name), found in together.items()]


def _asked(group: str, name: str, found: Sequence[tuple[Statement, Work]]) -> Asked:
    told, works = zip(*found, strict=True)
    slowest = max(works, key=lambda work: work.longest)
    unevenest = max(works, key=lambda work: work.fullest_rows)
    summed = ("tasks", "failed", "cpu", "seconds", "gc", "rows_read", "bytes_read", "rows_shuffled", "bytes_shuffled")
    return Asked(
        group=group,
        name=name,
        statements=len(found),
        wall=round(sum(one.wall for one in told), 3),
        here=round(sum(one.cpu for one in told), 3),
        driver=round(sum(one.driver for one in told), 2),
        home=sum(one.home for one in told),
        sent=sum(one.sent for one in told),
        largest_home=max(one.home for one in told),
        **{name: round(sum(getattr(work, name) for work in works), 3) for name in summed},
        bytes_spilled=sum(work.bytes_spilled for work in works),
        bytes_made=sum(work.bytes_made for work in works),
        peak=max(work.peak for work in works),
        longest=slowest.longest,
        median=slowest.median,
        fullest_rows=unevenest.fullest_rows,
        usual_rows=unevenest.usual_rows,
        fullest_cpu=unevenest.fullest_cpu,
        usual_cpu=unevenest.usual_cpu,
    )


def keep(run: Run, folder: Path = KEPT) -> Path:
    """A line for each statement, so that two runs can be compared."""
    folder.mkdir(parents=True, exist_ok=True)
    told = asdict(run)
    columns = list(told["asked"][0])
    lines = ",\n  ".join(json.dumps(list(one.values())) for one in told.pop("asked"))
    head = json.dumps(told, indent=1, ensure_ascii=False).removesuffix("\n}")
    file = folder / run.file
    file.write_text(f'{head},\n "columns": {json.dumps(columns)},\n "asked": [\n  {lines}\n ]\n}}\n', encoding="utf-8")
    return file


def kept(folder: Path = KEPT) -> list[Run]:
    """The runs, those of few activities and accounts first."""
    runs = map(_read, folder.glob("*-*.json"))
    return sorted(runs, key=lambda run: (run.activities, run.accounts, run.variant))


def _read(file: Path) -> Run:
    told = json.loads(file.read_text(encoding="utf-8"))
    columns = told.pop("columns")
    return Run(**{**told, "asked": [Asked(**dict(zip(columns, line, strict=True))) for line in told["asked"]]})
