"""How long the overview takes in a browser, and how much comes over the network for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.results import Result
from benchmarks.setting import Setting
from benchmarks.table import Table
from benchmarks.web.chromium import Chromium, Tab, chromium
from benchmarks.web.companies import sample
from benchmarks.web.server import served
from benchmarks.web.telling import row, say

# Labels of the list of periods; each spans other days than the one before, so that it can be seen to have come.
PERIODS = (
    "Last month", "Last 12 months", "Last 30 days", "Last 6 months", "Last 90 days",
    "Last 8 quarters", "Last year", "Year to date", "Last quarter",
)  # fmt: skip
LOADS = 11
ABOUT = """\
The overview of the sample company in Chromium, on the machine that also serves it. *Ready* is when the figure and the
change of every card are painted, *complete* when nothing on the page waits any more (the cards' courses, what moved,
what waits); from the beginning of the navigation. A browser that was never here has nothing stored; one that was has
the application's files, and asks for all figures again. A period changes with the click on its name, and is there
when the cards' figures of its days are painted; asked for the first time, the server answers from the snapshot, asked
again, from what it kept. Before, one page was opened, so that the snapshot is. Kilobytes (of 1,000 bytes) are those
that the browser counted on the network, compressed, with headers, until the page was complete.
"""
COLUMNS = ("", "median", "p95", "goal", "times")


def measure(setting: Setting) -> Result:
    with served(sample(setting), setting) as server, chromium(server) as browser:
        first = _loaded(browser)
        say(f"the first page: ready after {first['ready']:,.0f} ms")
        fresh = [_loaded(browser) for _ in range(LOADS)]
        known = list(_known(browser))
        say("loads measured")
        new, again = _changes(browser), _changes(browser)
        say("changes of the period measured")
        versions = browser.versions
    rows = [
        row("first load, kB over the network", _of(fresh, "wire"), 450),
        row("of these answers of the API, kB", _of(fresh, "api"), None),
        row("ready, ms, in a browser that was never here", _of(fresh, "ready"), 1200),
        row("complete, ms", _of(fresh, "whole"), None),
        row("CPU of the page's main thread until complete, ms", _of(fresh, "cpu"), None),
        row("ready, ms, in one that was here before", _of(known, "ready"), 1200),
        row("complete, ms", _of(known, "whole"), None),
        row("period changed, ms, asked for the first time", new, 150),
        row("period changed, ms, asked before by somebody else", again, 150),
    ]
    note = f"The very first page after the server began was ready after {first['ready']:,.0f} ms."
    return Result(COLUMNS, rows, [note], versions=versions)


def _loaded(browser: Chromium) -> dict[str, float]:
    with browser.context() as context, browser.tab(context) as tab:
        return _opened(tab)


def _known(browser: Chromium) -> Iterator[dict[str, float]]:
    with browser.context() as context:
        for number in range(LOADS + 1):
            with browser.tab(context) as tab:
                found = _opened(tab)
            if number:
                yield found


def _opened(tab: Tab) -> dict[str, float]:
    ready = tab.open("/", "ready")
    whole = tab.told("whole")
    cpu = tab.cpu_ms()
    tab.page.wait_for_load_state("networkidle")  # what the network counted comes a little later
    return {"ready": ready, "whole": whole, "cpu": cpu, "wire": tab.kilobytes(), "api": tab.kilobytes(of_the_api=True)}


def _changes(browser: Chromium) -> list[float]:
    """Of one page, whose own memory knows none of the periods."""
    found = []
    with browser.context() as context, browser.tab(context) as tab:
        tab.open("/?period=this-quarter", "whole")
        for label in PERIODS:
            tab.page.get_by_role("button", name="Period:").click()
            tab.page.evaluate("void (bench.changed = bench.change())")
            tab.page.get_by_role("button", name=label, exact=True).click()
            found.append(tab.told("changed"))
            tab.page.wait_for_load_state("networkidle")
    return found


def _of(loads: Sequence[dict[str, Any]], name: str) -> list[float]:
    return [one[name] for one in loads]


def _settings(setting: Setting) -> list[Setting]:
    """Always the sample company."""
    return [replace(setting, activities=0, accounts=0)]


TABLE = Table("web-pages", "The overview in a browser", ABOUT, measure, _settings)
