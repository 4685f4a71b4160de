"""Pages in Chromium, watched from within (`watch.js`) and over its own protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.web.server import API, Served
from tests.browser.chromium import browser, program
from tests.browser.site import STATIC, WIDE

WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
TIMEOUT_MS = 120_000


@dataclass
class Tab:
    """One tab. `wire`: bytes that came over the network, by address, compressed and with their headers."""

    page: Any
    protocol: Any
    wire: dict[str, float] = field(default_factory=dict)

    def open(self, path: str, until: str) -> float:
        """Milliseconds from the beginning of the navigation until a promise of `watch.js` tells."""
        self.page.goto(path, wait_until="commit")
        return self.told(until)

    def told(self, promise: str) -> float:
        return float(self.page.evaluate(f"bench.{promise}"))

    def kilobytes(self, *, of_the_api: bool | None = None) -> float:
        asked = [size for url, size in self.wire.items() if of_the_api in (None, API in url)]
        return sum(asked) / 1000

    def cpu_ms(self) -> float:
        """What the page's main thread has worked so far."""
        metrics = self.protocol.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


class Chromium:
    """A browser; each context is one that was never here."""

    def __init__(self, opened: Any, served: Served, cookie: str) -> None:
        self.opened, self.served = opened, served
        name, _, value = cookie.partition("=")
        self._cookie = {"name": name, "value": value, "url": served.address}

    @property
    def versions(self) -> dict[str, str]:
        return {"chromium": self.opened.version, "playwright": version("playwright")}

    @contextmanager
    def context(self) -> Iterator[Any]:
        width, height = WIDE
        context = self.opened.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", base_url=self.served.address
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.add_cookies([self._cookie])
        context.add_init_script(WATCH)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def tab(self, context: Any) -> Iterator[Tab]:
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        tab, addresses = Tab(page, protocol), dict[str, str]()

        def came(event: dict[str, Any]) -> None:
            url = addresses.get(event["requestId"], "")
            tab.wire[url] = tab.wire.get(url, 0) + event["encodedDataLength"]

        def asked(event: dict[str, Any]) -> None:
            addresses[event["requestId"]] = event["request"]["url"]

        protocol.on("Network.requestWillBeSent", asked)
        protocol.on("Network.loadingFinished", came)
        protocol.send("Network.enable")
        protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
        try:
            yield tab
        finally:
            page.close()


@contextmanager
def chromium(served: Served) -> Iterator[Chromium]:
    if program() is None or not STATIC.is_file():
        raise SystemExit("This needs Chromium (Debian: apt-get install chromium) and the application (make web).")
    with browser() as opened:
        yield Chromium(opened, served, served.reader().cookie)
