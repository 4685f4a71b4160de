"""CPU of the cluster over activities, measured and predicted, both axes in powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from benchmarks.plots import INK, OURS, SOFT, THEIRS, WIDTH, line, svg, text
from benchmarks.scale.model import Size, fit
from benchmarks.scale.predict import TARGET, cpu, held_out, interval
from benchmarks.scale.runs import Run

LEFT, BOTTOM, HEIGHT = 70, 380, 330
ACROSS = WIDTH - 110
TITLE = "CPU seconds of the cluster over activities: measured (dots), model (lines)"


def drawn(runs: Sequence[Run]) -> str:
    """A line of the model for each number of accounts that was measured, and for the target's."""
    return svg(list(_drawn(runs)), BOTTOM + 56)


def _drawn(runs: Sequence[Run]) -> Iterator[str]:
    model = fit(runs)
    measured = [(run.activities, sum(one.cpu for one in run.asked)) for run in runs]
    low, high = interval(runs, TARGET)
    xs = math.floor(math.log10(min(x for x, _ in measured))), math.ceil(math.log10(TARGET.activities))
    ys = math.floor(math.log10(min(y for _, y in measured))), math.ceil(math.log10(high))

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = (math.log10(x) - xs[0]) / (xs[1] - xs[0]), (math.log10(y) - ys[0]) / (ys[1] - ys[0])
        return LEFT + across * ACROSS, BOTTOM - up * HEIGHT

    yield text(10, 22, TITLE, weight="bold")
    for power in range(xs[0], xs[1] + 1):
        x, y = at(10**power, 10 ** ys[0])
        yield line((x, y), (x, y - HEIGHT), SOFT, 0.3)
        yield text(x, y + 18, f"{10**power:,}", anchor="middle")
    for power in range(ys[0], ys[1] + 1):
        x, y = at(10 ** xs[0], 10**power)
        yield line((x, y), (x + ACROSS, y), SOFT, 0.3)
        yield text(x - 8, y + 4, f"{10.0**power:,g}", anchor="end")
    for accounts in sorted({run.accounts for run in runs} | {TARGET.accounts}):
        yield from _curve(accounts, [x / 4 for x in range(4 * xs[0], 4 * xs[1] + 1)], model, at)
    for x, y in measured:
        yield _dot(*at(x, y), OURS)
    told = held_out(runs)
    yield _ring(*at(told.run.activities, told.pairs[""][0]))
    yield line(at(TARGET.activities, low), at(TARGET.activities, high), THEIRS, 6)
    yield _dot(*at(TARGET.activities, cpu(model, TARGET)), INK)
    yield text(10, BOTTOM + 44, "Ring: the largest run as the others predict it. Bar: the interval of the prediction.")


def _curve(accounts: int, powers: Sequence[float], model, at) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """From ten activities an account on."""
    points = [
        (10**power, cpu(model, Size(round(10**power), accounts))) for power in powers if 10**power >= 10 * accounts
    ]
    for one, other in pairwise(points):
        yield line(at(*one), at(*other), OURS, 1, dashes="5 4" if accounts == TARGET.accounts else "none")
    x, y = at(*points[0])
    yield text(x + 4, y - 8, f"{accounts:,} accounts")


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'


def _ring(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{INK}" stroke-width="1.5"/>'
