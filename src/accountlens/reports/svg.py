"""Charts as SVG pictures: small, sharp on paper, drawn without a library, a browser or a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from accountlens.language import numbers
from accountlens.reports.content import Chart

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 48, 58, 12, 24
INK, FAINT, LINE, BAND, GOAL = "#1f2933", "#5b6770", "#1d4ed8", "#dbe6fd", "#9a5b00"
ROW, NAMES = 22, 128  # of bars: the height of one, and the room for its name
FONT = 'font-family="Helvetica, Arial, \'Liberation Sans\', sans-serif" font-size="11"'


def draw(chart: Chart, currency: str) -> str:
    """An SVG document; its title is what a reader who does not see it is told."""
    body, height = (
        (_line(chart, currency), HEIGHT) if chart.kind == "line" else (_bars(chart, currency), _height(chart))
    )
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {FONT}>'
    return f"{opening}<title>{escape(chart.label or chart.title)}</title>{''.join(body)}</svg>"


def _line(chart: Chart, currency: str) -> Iterator[str]:
    low, high = _reach(chart)
    x = [LEFT + place * (WIDTH - LEFT - RIGHT) / max(len(chart.values) - 1, 1) for place in range(len(chart.values))]

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    yield from (_rule(y(value), "#e3e8ee") for value in (low, high))
    if low < 0 < high:
        yield _rule(y(0), "#b6c0ca")
    yield from _band(chart, x, y)
    if chart.goal is not None:
        yield _rule(y(chart.goal), GOAL, ' stroke-dasharray="4 3"')
        yield _text(WIDTH - RIGHT + 6, y(chart.goal) + 4, f"goal {_short(chart.goal, chart, currency)}", GOAL)
    for run in _runs(chart.values):
        points = " ".join(f"{x[place]:.1f},{y(chart.values[place] or 0.0):.1f}" for place in run)
        yield f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="2" stroke-linejoin="round"/>'
        yield from (_dot(x[place], y(chart.values[place] or 0.0)) for place in run if len(run) == 1)
    last = max(place for place, value in enumerate(chart.values) if value is not None)
    value = chart.values[last] or 0.0
    yield _dot(x[last], y(value))
    yield _text(x[last] + 7, y(value) + 4, _short(value, chart, currency), INK, weight="bold")
    yield from (_text(LEFT - 6, y(end) + 4, _short(end, chart, currency), FAINT, anchor="end") for end in (low, high))
    yield _text(LEFT, HEIGHT - 8, chart.names[0], FAINT)
    yield _text(x[-1], HEIGHT - 8, chart.names[-1], FAINT, anchor="end" if len(x) > 1 else "start")


def _band(chart: Chart, x: Sequence[float], y: Callable[[float], float]) -> Iterator[str]:
    known = [None if low is None or high is None else low for low, high in zip(chart.lower, chart.upper, strict=True)]
    for run in _runs(known):
        ends = [(x[place], y(chart.upper[place] or 0.0)) for place in run]
        ends += [(x[place], y(chart.lower[place] or 0.0)) for place in reversed(run)]
        points = " ".join(f"{across:.1f},{down:.1f}" for across, down in ends)
        yield f'<polygon points="{points}" fill="{BAND}"/>' if len(run) > 1 else _whisker(*ends)


def _whisker(one: tuple[float, float], other: tuple[float, float]) -> str:
    ends = f'x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}"'
    return f'<line {ends} stroke="{BAND}" stroke-width="5"/>'


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Places without a gap: over what is not known no line is drawn."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _reach(chart: Chart) -> tuple[float, float]:
    """The least and the most that is shown; counts and money from zero, so that a rise looks as large as it is."""
    shown = [one for one in (*chart.values, *chart.lower, *chart.upper, chart.goal) if one is not None]
    low, high = min(shown), max(shown)
    if chart.unit in ("count", "money", "touches", "money_per_day") and low >= 0 and low < high / 2:
        low = 0.0
    return (low, high) if high > low else (low - abs(low) / 10 - 1e-9, high + abs(high) / 10 + 1e-9)


def _bars(chart: Chart, currency: str) -> Iterator[str]:
    values = [value or 0.0 for value in chart.values]
    room, least, most = WIDTH - NAMES - 66, min(0.0, *values), max(0.0, *values)
    scale = room / ((most - least) or 1.0)
    zero = NAMES - least * scale
    for place, (name, value) in enumerate(zip(chart.names, values, strict=True)):
        top = TOP + place * ROW
        start, wide = min(zero, zero + value * scale), max(abs(value) * scale, 1.0)
        yield _text(NAMES - 6, top + 13, _clipped(name), INK, anchor="end")
        yield f'<rect x="{start:.1f}" y="{top + 2}" width="{wide:.1f}" height="{ROW - 7}" fill="{LINE}" rx="2"/>'
        yield _text(max(start + wide, zero) + 6, top + 13, _short(value, chart, currency), INK)


def _height(chart: Chart) -> int:
    return TOP + len(chart.values) * ROW + 6


def _clipped(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"


def _short(value: float, chart: Chart, currency: str) -> str:
    text = numbers.show(value, chart.unit, currency, short=True)
    return text.removesuffix(f" {currency}").removesuffix(" pts").removesuffix("/day").removesuffix(f" {currency}")


def _rule(y: float, colour: str, more: str = "") -> str:
    return f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{colour}"{more}/>'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>'


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}" font-weight="{weight}">{escape(words)}</text>'
