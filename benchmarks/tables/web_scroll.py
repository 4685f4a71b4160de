"""Whether a long table of accounts scrolls without stutter."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.results import Result
from benchmarks.setting import Setting
from benchmarks.table import Table
from benchmarks.tables.clicks import TABLE as CLICKS
from benchmarks.web.chromium import Tab, chromium
from benchmarks.web.server import served
from benchmarks.web.telling import row, say

SLOW_FRAME_MS = 50
WHEEL_PX_A_SECOND, WHEEL_SECONDS = 4000, 6  # a hundred rows a second: as fast as a wheel is turned
JUMPS = 20
ABOUT = f"""\
The page of accounts in Chromium with its usual columns. First the wheel is turned for {WHEEL_SECONDS} seconds at
{WHEEL_PX_A_SECOND:,} pixels a second, a hundred rows; then the scroll bar is thrown to {JUMPS} places anywhere in the
table. A frame is dropped where more than {SLOW_FRAME_MS} ms lie between it and the one before; a row in sight that is
not there yet shows as grey. Rows have come when every row in sight is painted.
"""
COLUMNS = ("", "median", "p95", "goal", "times")


def measure(setting: Setting) -> Result:
    with served(setting.company(figures=True), setting) as server, chromium(server) as browser:
        with browser.context() as context, browser.tab(context) as tab:
            first = tab.open("/accounts", "rows")
            say(f"the first rows: after {first:,.0f} ms")
        with browser.context() as context, browser.tab(context) as tab:
            again = tab.open("/accounts", "rows")
            rolled = _rolled(tab)
            jumps = _jumps(tab)
            say("scrolled")
        versions = browser.versions
    frames = rolled["frames"]
    slow = sum(frame > SLOW_FRAME_MS for frame in frames)
    rows = [
        row("from frame to frame, ms", frames, None),
        [f"frames dropped, of {len(frames):,}", slow, None, 0, 1],
        row("rows come after a jump, ms", jumps, None),
    ]
    note = (
        f"{rolled['top'] / 40:,.0f} rows went by; the slowest frame took {max(frames):,.0f} ms, and in "
        f"{rolled['empty']:,} frames a row in sight was still grey. The first rows of the first page came after "
        f"{first / 1000:,.1f} s, of the second, in a browser that was never here either, after {again / 1000:,.1f} s."
    )
    return Result(COLUMNS, rows, [note], versions=versions)


def _rolled(tab: Tab) -> dict[str, Any]:
    """Turned as a wheel would: by the browser's own scrolling, not by the page."""
    box = tab.page.get_by_role("grid").bounding_box()
    tab.page.evaluate("bench.roll()")
    gesture = {"x": box["x"] + 400, "y": box["y"] + 300, "gestureSourceType": "mouse", "speed": WHEEL_PX_A_SECOND}
    tab.protocol.send("Input.synthesizeScrollGesture", {**gesture, "yDistance": -WHEEL_PX_A_SECOND * WHEEL_SECONDS})
    found: dict[str, Any] = tab.page.evaluate("bench.stop()")
    return found


def _jumps(tab: Tab) -> list[float]:
    draw = random.Random(3)
    return [float(tab.page.evaluate(f"bench.jump({draw.random():.4f})")) for _ in range(JUMPS)]


TABLE = Table("web-scroll", "A long table of accounts in a browser", ABOUT, measure, CLICKS.settings)
