"""The tables of docs/scale.md, each from the runs that are kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from benchmarks.results import kept_of
from benchmarks.scale.grow import largest
from benchmarks.scale.model import PRICED, Model, Size, fit, total
from benchmarks.scale.predict import TARGET, Nodes, cpu, held_out, interval, overhead, predict
from benchmarks.scale.runs import Asked, Run
from benchmarks.scale.statements import GROUPS

Told = tuple[Sequence[str], Sequence[Sequence[Any]]]
NOT_YET: Told = (("not measured yet",), [])
MB, GB = 1e6, 1e9
MINUTE, HOUR = 60.0, 3600.0
LEAST = 10_000_000  # activities that are many
PARTITION = 150 * MB  # that a task takes well: between the 100 and 200 MB that Spark's own guide gives
ALL_HOME = 1 << 30  # spark.driver.maxResultSize, unless it is set
USUAL = 8  # partitions of a shuffle, as a refresh sets them where the address says nothing
SHOWN = 8  # statements of a list
ASKED_FOR = (Size(100_000_000, 10_000), Size(1_000_000_000, 100_000), TARGET)


def plain(runs: Sequence[Run]) -> list[Run]:
    """Those that the model is fitted on."""
    return [run for run in runs if not run.variant]


def nodes_of(runs: Sequence[Run]) -> Nodes:
    return Nodes(overhead=overhead(plain(runs)))


def sizes(runs: Sequence[Run]) -> Told:
    """One machine, as it was measured; a cluster, as it is predicted."""
    rows: list[list[Any]] = []
    for one in kept_of("refresh"):
        spent = (one.result.figures[part] for part in ("full_cpu", "day_cpu"))
        if one.activities >= LEAST:
            size, peak = Size(one.activities, one.accounts), max(row[-1] for row in one.result.rows)
            rows.append([_size(size), "one machine, measured", *map(_spent, spent), f"{peak / 1000:.1f} GB"])
    model, many = fit(plain(runs)), nodes_of(runs)
    for size in ASKED_FOR:
        spent = _spent(cpu(model, size) * many.overhead)
        rows.append([_size(size), "Spark cluster, predicted", spent, spent, f"{many.memory_gb} GB a node"])
    return ("activities x accounts", "what", "CPU of a whole refresh", "of one more day", "memory"), rows


def _spent(seconds: float) -> str:
    """CPU time: what is rented by the hour is told in hours."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{_short(seconds / HOUR)} core hours"


def runs(found: Sequence[Run]) -> Told:
    columns = ("activities x accounts", "rows of activities and usage", "cluster CPU s", "its processes CPU s")
    more = ("driver CPU s", "CPU s here", "wall s", "came home MB", "spilled MB", "measured")
    return (*columns, *more), [_run(run) for run in plain(found)]


def _run(run: Run) -> list[Any]:
    large = run.rows["activities"] + run.rows["usage_events"]
    spilled = sum(one.bytes_spilled for one in run.asked) / MB
    spent = (_all(run, "cpu"), run.executors, run.driver, run.here, run.wall)
    return [run.size, large, *map(float, spent), run.home / MB, float(spilled), run.on["date"]]


def volumes(found: Sequence[Run]) -> Told:
    run = plain(found)[-1]
    columns = (f"at {run.size}", "statements", "cluster CPU s", "M rows read", "shuffled MB", "home MB", "sent MB")
    return columns, [[told, *_volumes(run, group)] for group, told in GROUPS.items()]


def _volumes(run: Run, group: str) -> list[Any]:
    said = (("rows_read", 1e6), ("bytes_shuffled", MB), ("home", MB), ("sent", MB))
    rest = [round(total(run, group, name) / unit, 3) for name, unit in said]
    return [round(total(run, group, "statements")), total(run, group, "cpu"), *rest]


def prices(found: Sequence[Run]) -> Told:
    model = fit(plain(found))
    rows = []
    for group, told in GROUPS.items():
        by = dict(zip(PRICED["cpu"], model.prices[group, "cpu"], strict=True))
        driver = dict(zip(PRICED["driver"], model.prices[group, "driver"], strict=True))
        spent = (by["statements"], by["rows_read"] * 1e6, by["bytes_shuffled"] * GB, driver["statements"])
        rows.append([told, *map(float, spent)])
    columns = ("CPU s for each", "statement", "M rows read", "GB shuffled", "statement, of the driver")
    return columns, rows


def error(found: Sequence[Run]) -> Told:
    told = held_out(plain(found))
    rows = [[GROUPS.get(group, "**all**"), *_compared(*pair)] for group, pair in told.pairs.items() if pair[1] >= 1]
    return (f"CPU s at {told.run.size}, fitted without it", "predicted", "measured", "error"), rows


def _compared(predicted: float, measured: float) -> list[Any]:
    return [predicted, measured, f"{predicted / measured - 1:+.0%}"]


def predicted(found: Sequence[Run]) -> Told:
    model, many = fit(plain(found)), nodes_of(found)
    rows = [[told, *_predicted(model, group, many.overhead)] for group, told in GROUPS.items()]
    sums: list[Any] = [sum(row[place] for row in rows) for place in range(1, 6)]
    low, high = (one * many.overhead / HOUR for one in interval(plain(found), TARGET))
    columns = (f"at {_size(TARGET)}", "statements", "core hours", "G rows read", "shuffled GB", "home GB")
    return columns, [
        *rows,
        ["**all**", *sums],
        ["interval", None, f"{_short(low)} to {_short(high)}", None, None, None],
    ]


def _predicted(model: Model, group: str, more: float) -> list[Any]:
    rest = [round(model.volume(group, name, TARGET) / GB, 3) for name in ("rows_read", "bytes_shuffled", "home")]
    statements = round(model.volume(group, "statements", TARGET))
    return [statements, model.cost(group, "cpu", TARGET) * more / HOUR, *rest]


def time(found: Sequence[Run]) -> Told:
    """Hours of a refresh, part by part, by how many nodes there are."""
    model, usual = fit(plain(found)), nodes_of(found)
    rows = []
    for count in (usual.count, 2 * usual.count, 4 * usual.count):
        told = predict(model, TARGET, Nodes(count=count, overhead=usual.overhead))
        parts = (told.computing, told.shuffling, told.statements, told.here, told.wall)
        rows.append([count, *(one / HOUR for one in parts)])
    columns = ("nodes", "computing h", "shuffling h", "driver h", "here h", "hours of a refresh")
    return columns, rows


def skew(found: Sequence[Run]) -> Told:
    """Where one account has a great share of the rows: the task that was given most of them, beside the median."""
    skewed = [run for run in found if run.variant == "skewed"]
    if not skewed:
        return NOT_YET
    uneven = sorted(
        (one for one in skewed[-1].asked if one.usual_rows), key=lambda one: one.usual_rows - one.fullest_rows
    )
    rows = [[f"`{one.name}`", GROUPS[one.group], *_fullest(one)] for one in uneven[:SHOWN]]
    columns = (
        "statement",
        "",
        "rows of the fullest task",
        "of the median",
        "times",
        "CPU s of the fullest",
        "of the median",
    )
    return columns, rows


def _fullest(one: Asked) -> list[Any]:
    times = one.fullest_rows / one.usual_rows
    return [one.fullest_rows, one.usual_rows, times, one.fullest_cpu, one.usual_cpu]


def partitions(found: Sequence[Run]) -> Told:
    rows = []
    for one in largest(plain(found), "bytes_shuffled", TARGET)[:SHOWN]:
        wanted = 2 ** math.ceil(math.log2(max(one.then / PARTITION, 1)))
        rows.append([f"`{one.name}`", one.now / MB, one.then / GB, one.then / USUAL / GB, wanted])
    columns = ("statement", "shuffled MB, largest run", f"GB at {_size(TARGET)}", f"GB a partition of {USUAL}")
    return (*columns, "partitions for 150 MB each"), rows


def home(found: Sequence[Run]) -> Told:
    """The largest answers, and the size of a company with which each is more than the driver takes."""
    rows = []
    for one in largest(plain(found), "largest_home", TARGET)[:SHOWN]:
        share = ALL_HOME / one.then
        breaks = Size(round(share * TARGET.activities), round(share * TARGET.accounts))
        limit = None if one.group == "figures" or share >= 1 else _size(breaks)
        rows.append([f"`{one.name}`", GROUPS[one.group], one.now / MB, one.then / MB, limit])
    columns = ("answer", "", f"MB at {plain(found)[-1].size}", f"MB at {_size(TARGET)}", "1 GiB at, in proportion")
    return columns, rows


def store(found: Sequence[Run]) -> Told:
    rows = []
    for run in plain(found):
        each = run.figures_bytes / run.accounts
        rest = (run.store_bytes - run.figures_bytes) / run.accounts
        whole = (each + rest) * TARGET.accounts / GB
        rows.append([run.size, run.figures_bytes / MB, each / 1000, rest / 1000, whole])
    columns = ("activities x accounts", "figures MB", "kB of figures an account", "kB of tables an account")
    return (*columns, "GB at 1 M accounts"), rows


def first(found: Sequence[Run]) -> Told:
    rows = [[run.size, run.first_byte, run.wall, _all(run, "statements"), run.peak_mb] for run in plain(found)]
    return ("activities x accounts", "s until published", "wall s", "statements", "memory here MB"), rows


def _all(run: Run, name: str) -> Any:
    return sum(getattr(one, name) for one in run.asked)


def _size(size: Size) -> str:
    return f"{_rounded(size.activities)} x {_rounded(size.accounts)}"


def _rounded(number: int) -> str:
    """Two digits, where it was not chosen round."""
    if number >= 1e9:
        return f"{_short(number / 1e9)} G"
    return f"{_short(number / 1e6)} M" if number >= 1e6 else f"{float(f'{number:.2g}'):,.0f}"


def _short(number: float) -> str:
    """Two digits."""
    return f"{float(f'{number:.2g}'):,.3g}" if number < 100 else f"{float(f'{number:.2g}'):,.0f}"
