"""A served workspace, its first admin signed in: what browser tests and screenshots look at."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

CHECKOUT = Path(__file__).resolve().parents[2]
STATIC = CHECKOUT / "src/accountlens/surfaces/web/static/index.html"
AXE = CHECKOUT / "web/node_modules/axe-core/axe.min.js"
EMAIL, PASSWORD = "ada@fenwyre.example", "five plain words do well"
WIDE, PHONE = (1440, 900), (390, 844)
TIMEOUT_MS = 30_000
BEAT = "/api/v1/health"  # asked again and again while the server is away
QUIET_MS, LOOK_MS = 300, 100  # a page is settled when nothing has happened for so long; how often that is looked at


ASKED: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()  # of each page, the requests under way


@dataclass
class Site:
    """`state` are the cookies of the admin, once signed in."""

    address: str
    setup: str
    browser: Any
    state: Any = None
    troubles: list[str] = field(default_factory=list)  # what pages complained about, or asked of others than us

    @contextmanager
    def page(self, scheme: str = "light", size: tuple[int, int] = WIDE, *, signed_in: bool = True) -> Iterator[Any]:
        """A fresh page; what it complains about is noted."""
        if signed_in and self.state is None:
            self._set_up()
        width, height = size
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="en-GB",
            reduced_motion="reduce",
            base_url=self.address,
            storage_state=self.state if signed_in else None,
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("console", lambda told: told.type == "error" and self.troubles.append(told.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))
        ASKED[page] = under_way = set()
        page.on("request", lambda asked: BEAT not in asked.url and under_way.add(asked))
        page.on("requestfinished", lambda asked: under_way.discard(asked))
        page.on("requestfailed", lambda asked: under_way.discard(asked))
        try:
            yield page
        finally:
            context.close()

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"asked {url}")

    def _set_up(self) -> None:
        with self.page(signed_in=False) as page:
            page.goto(self.setup)
            page.get_by_label("Your name").fill("Ada Lind")
            page.get_by_label("E-mail").fill(EMAIL)
            page.get_by_label("Choose a password").fill(PASSWORD)
            page.get_by_role("button", name="Begin").click()
            page.get_by_role("heading", name="Overview").wait_for()
            self.state = page.context.storage_state()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """`accountlens serve` on a free port: its address and the link of the first admin."""
    command = [sys.executable, "-m", "accountlens", "-C", str(folder), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            yield _links(server)
        finally:
            server.terminate()


def _links(server: subprocess.Popen[str]) -> tuple[str, str]:
    told = ""
    assert server.stdout is not None
    for line in server.stdout:
        told += line
        if found := re.search(r"(http://[^\s(]+)(/setup#\S+)", told):
            return found[1], f"{found[1]}{found[2]}"
    raise AssertionError(f"the server ended: {told}")


def settle(page: Any) -> None:
    """Wait until everything that was asked is shown: the network's own silence tells nothing of a page within a page."""
    page.wait_for_load_state("load")
    quiet = 0
    for _ in range(TIMEOUT_MS // LOOK_MS):
        page.wait_for_timeout(LOOK_MS)
        waits = ASKED[page] or page.locator(".mantine-Skeleton-root, [data-waits], [data-fading]").count()
        quiet = 0 if waits else quiet + LOOK_MS
        if quiet >= QUIET_MS:
            page.evaluate("document.fonts.ready.then(() => true)")
            return
    raise AssertionError(f"{page.url} is not settled: {[asked.url for asked in ASKED[page]]}")
