"""Plots as SVG, by hand: bars of ratios, and growth with both axes in powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

WIDTH, BAR, GAP, LABEL = 760, 18, 6, 300
INK, SOFT, OURS, THEIRS = "#222222", "#888888", "#1f6f8b", "#c9b79c"


def bars(groups: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """A bar for each contender, as long as its ratio to the first of its group; the longest spans the picture."""
    return svg(list(_bars(groups)), sum(34 + len(rows) * (BAR + GAP) + 16 for _, rows in groups)) if groups else ""


def _bars(groups: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> Iterator[str]:
    top = 0
    for title, rows in groups:
        unit = (WIDTH - LABEL - 70) / max(ratio for _, ratio in rows)
        yield text(10, top + 22, f"CPU seconds, ours = 1: {title}", weight="bold")
        top += 34
        for place, (name, ratio) in enumerate(rows):
            yield text(LABEL - 8, top + 13, name, anchor="end")
            size = f'width="{ratio * unit:.1f}" height="{BAR}" fill="{THEIRS if place else OURS}"'
            yield f'<rect x="{LABEL}" y="{top}" {size}/>'
            yield text(LABEL + ratio * unit + 6, top + 13, f"{ratio:.2g}")
            top += BAR + GAP
        top += 16


def growth(points: Sequence[tuple[int, float]]) -> str:
    """CPU seconds over activities, with the line of growth in proportion through the first point."""
    if len(points) < 2:
        return ""
    (x0, y0), (x1, y1) = points[0], points[-1]
    lows = math.floor(math.log10(x0)), math.floor(math.log10(y0))
    highs = math.ceil(math.log10(x1)), math.ceil(math.log10(max(y1, y0 * x1 / x0)))
    left, bottom, width, height = 70, 320, WIDTH - 110, 270

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - lows[0]) / (highs[0] - lows[0])
        up = (math.log10(y) - lows[1]) / (highs[1] - lows[1])
        return left + across * width, bottom - up * height

    drawn = [text(10, 22, "Full refresh: CPU seconds over activities (dashed: in proportion)", weight="bold")]
    for power in range(lows[0], highs[0] + 1):
        x, _ = at(10**power, 10 ** lows[1])
        drawn += [
            line((x, bottom), (x, bottom - height), SOFT, 0.3),
            text(x, bottom + 18, f"{10**power:,}", anchor="middle"),
        ]
    for power in range(lows[1], highs[1] + 1):
        _, y = at(10 ** lows[0], 10**power)
        drawn += [
            line((left, y), (left + width, y), SOFT, 0.3),
            text(left - 8, y + 4, f"{10.0**power:g}", anchor="end"),
        ]
    drawn.append(line(at(x0, y0), at(x1, y0 * x1 / x0), SOFT, 1, dashes="5 4"))
    drawn += [line(at(*one), at(*other), OURS, 2) for one, other in pairwise(points)]
    drawn += [f'<circle cx="{at(x, y)[0]:.1f}" cy="{at(x, y)[1]:.1f}" r="4" fill="{OURS}"/>' for x, y in points]
    drawn += [text(at(x, y)[0] + 8, at(x, y)[1] + 16, f"{y:,.3g}") for x, y in points]
    return svg(drawn, bottom + 36)


def svg(drawn: list[str], height: int) -> str:
    how = f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {how}>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *drawn, "</svg>", ""])


def text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    how = f'text-anchor="{anchor}" font-weight="{weight}" fill="{INK}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(text)}</text>'


def line(a: tuple[float, float], b: tuple[float, float], colour: str, width: float, dashes: str = "none") -> str:
    ends = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'
