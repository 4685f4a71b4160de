"""The tables of docs/scale.md, each between its marks, and the plot: written from the runs that are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.page import shown
from benchmarks.scale import plot, tables
from benchmarks.scale.runs import KEPT, Run, kept
from benchmarks.setting import ROOT

PAGE = ROOT / "docs" / "scale.md"
PLOT = KEPT / "predicted.svg"
TABLES: Mapping[str, Callable[[Sequence[Run]], tables.Told]] = {
    "sizes": tables.sizes,
    "runs": tables.runs,
    "volumes": tables.volumes,
    "prices": tables.prices,
    "error": tables.error,
    "predicted": tables.predicted,
    "time": tables.time,
    "skew": tables.skew,
    "partitions": tables.partitions,
    "home": tables.home,
    "store": tables.store,
    "first": tables.first,
}


def write(page: Path = PAGE, folder: Path = KEPT) -> None:
    runs = kept(folder)
    page.write_text(filled(page.read_text(encoding="utf-8"), runs), encoding="utf-8")
    PLOT.write_text(plot.drawn(tables.plain(runs)), encoding="utf-8")


def filled(text: str, runs: Sequence[Run]) -> str:
    """The page with every table made anew."""
    for name in re.findall(r"<!-- (\w+):begin -->", text):
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        block = f"{begin}\n{_grid(*TABLES[name](runs))}\n{end}"
        text = re.sub(f"{begin}.*?{end}", lambda _, block=block: block, text, flags=re.DOTALL)
    return text


def _grid(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [list(columns), ["---"] * len(columns), *([shown(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
