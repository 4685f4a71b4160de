"""The page of benchmarks, written from the kept results: a section per table, its sizes one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plots import bars, growth
from benchmarks.results import RESULTS, Kept, Result, kept_of
from benchmarks.setting import ROOT
from benchmarks.table import Table

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """\
# Benchmarks

`make bench` measures the engine on a company of a million activities, `make bench SCALE=100` on a hundred million;
`make bench-web` the application, in a browser and over HTTP. What each table measures and how to read it stands in
[benchmarks/README.md](../benchmarks/README.md). This page is written by these commands; every table says where and when
it was measured. CPU seconds are those of all threads, medians over interleaved rounds with the first left out; memory
is the peak of the process. What a refresh costs on a cluster, and at sizes that do not fit here, stands in
[how large, and on what](scale.md).
"""


def write(tables: Sequence[Table], page: Path = PAGE, results: Path = RESULTS) -> None:
    page.write_text(text(tables, results), encoding="utf-8")
    plots = {"ratios.svg": bars(_ratios(results)), "growth.svg": growth(_growth(results))}
    for name, drawn in plots.items():
        if drawn:
            (results / name).write_text(drawn, encoding="utf-8")


def text(tables: Sequence[Table], results: Path = RESULTS) -> str:
    return "\n".join([HEAD, *_pictures(results), *(part for table in tables for part in _section(table, results))])


def _pictures(results: Path) -> Iterator[str]:
    if _ratios(results):
        yield "![CPU seconds beside the engine's](benchmarks/ratios.svg)\n"
    if len(_growth(results)) > 1:
        yield "![Growth of a full refresh](benchmarks/growth.svg)\n"


def _section(table: Table, results: Path) -> Iterator[str]:
    found = list(kept_of(table.name, results))
    if found:
        yield f"## {table.title}\n\n{table.about.strip()}\n"
    for kept in found:
        yield f"### {kept.size}\n\n{_grid(kept.result)}\n"
        yield from (f"{note}\n" for note in kept.result.notes)
        yield f"*{_measured_on(kept.on)}*\n"


def _grid(result: Result) -> str:
    rows = [[shown(cell) for cell in row] for row in result.rows]
    return "\n".join(
        "| " + " | ".join(cells) + " |" for cells in [list(result.columns), ["---"] * len(result.columns), *rows]
    )


def shown(cell: Any) -> str:
    if cell is None:
        return "–"
    if not isinstance(cell, float):
        return f"{cell:,}" if isinstance(cell, int) else str(cell)
    return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"


def _measured_on(on: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in on["versions"].items())
    return f"{on['date']}; {on['machine']}; load {on['load']}; {versions}"


def _ratios(results: Path) -> list[tuple[str, list[tuple[str, float]]]]:
    """Of each table of contenders, at its largest size: the CPU of each over the engine's."""
    found = []
    for table in ("columns", "peers"):
        measured: list[Kept] = [kept for kept in kept_of(table, results) if "cpu" in kept.result.figures]
        if measured:
            cpu: dict[str, float] = measured[-1].result.figures["cpu"]
            engine = next(iter(cpu.values()))
            title = f"{len(measured[-1].result.figures['asked'])} figures, {measured[-1].size}"
            found.append((title, [(name, seconds / engine) for name, seconds in cpu.items()]))
    return found


def _growth(results: Path) -> list[tuple[int, float]]:
    """Activities and CPU seconds of a full refresh, of companies with as many accounts."""
    points = {kept.activities: kept.result.figures["full_cpu"] for kept in kept_of("refresh", results)}
    return sorted(points.items())
