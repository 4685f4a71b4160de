"""Pictures of every page, in both themes and on a phone, for somebody to look at: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.browser.chromium import browser, program
from tests.browser.places import OUTSIDE, PLACES
from tests.browser.site import PHONE, STATIC, WIDE, Site, served, settle

from accountlens.demo import generate
from accountlens.workspace import Workspace

ACCOUNTS = 400


def main(target: Path) -> int:
    """Writes `<page>-<theme>-<width>.png`."""
    if program() is None or not STATIC.is_file():
        sys.stderr.write(
            "This needs Chromium (Debian: apt-get install chromium) and the built application (make web).\n"
        )
        return 1
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), accounts=ACCOUNTS)
        Workspace(Path(folder)).refresh(as_of=datetime(2026, 9, 30, 22))
        with served(Path(folder)) as (address, setup), browser() as opened:
            site = Site(address, setup, opened)
            for scheme in ("light", "dark"):
                for size in (WIDE, PHONE):
                    _shoot(site, scheme, size, target)
    return 0


def _shoot(site: Site, scheme: str, size: tuple[int, int], target: Path) -> None:
    for signed_in, places in ((True, PLACES), (False, OUTSIDE)):
        with site.page(scheme, size, signed_in=signed_in) as page:
            for name, path in places.items():
                page.goto(path)
                settle(page)
                page.screenshot(path=target / f"{name}-{scheme}-{size[0]}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
