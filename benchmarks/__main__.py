"""`python -m benchmarks [TABLE ...] [--scale MILLIONS]`: measure, keep the results, write the page and its plots.

Without a table, all of the engine; `web` is all of the application, in a browser and over HTTP.
"""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks import page
from benchmarks.results import keep
from benchmarks.setting import Setting
from benchmarks.tables import ENGINE, TABLES, WEB


def main() -> None:
    options = _options()
    setting = Setting(
        activities=round(options.scale * 1_000_000),
        accounts=options.accounts,
        rounds=options.rounds,
        clicks=options.clicks,
        plain=options.plain,
        peers=not options.without_peers,
    )
    for table in () if options.page_only else TABLES:
        if table.name in options.tables:
            started = time.perf_counter()
            print(f"{table.name} ...", file=sys.stderr)  # noqa: T201
            for one in table.settings(setting):
                keep(table.name, one, table.measure(one))
            print(f"{table.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)  # noqa: T201
    page.write(TABLES)


def _options() -> argparse.Namespace:
    engine, web = ([table.name for table in tables] for tables in (ENGINE, WEB))
    names = ", ".join(["web", *engine, *web])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {names}; those of the engine by default")
    parser.add_argument("--scale", type=float, default=1, metavar="MILLIONS", help="millions of activities (1)")
    parser.add_argument("--accounts", type=int, default=1000, help="accounts of the company (1000)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds that count (5)")
    parser.add_argument("--clicks", type=int, default=40, help="clicks of each kind (40)")
    parser.add_argument("--plain", action="store_true", help="without the figures kept beside the store")
    parser.add_argument("--without-peers", action="store_true", help="nothing that is fetched from the package index")
    parser.add_argument("--page-only", action="store_true", help="measure nothing, write the page from what is kept")
    options = parser.parse_args()
    options.tables = [name for asked in options.tables or engine for name in (web if asked == "web" else [asked])]
    if unknown := set(options.tables) - {*engine, *web}:
        parser.error(f"no such table: {', '.join(sorted(unknown))} (there are {names})")
    return options


if __name__ == "__main__":
    main()
