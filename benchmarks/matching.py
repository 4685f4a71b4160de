"""Measures who is who: how often a company's name finds the right account, and how long a million leads take.

`python -m benchmarks.matching [--rows N] [--seed N] [--leads N] [--accounts N]`. Precision and recall are those of
matches that nobody is asked about, with 95 % Wilson intervals. The leads are refreshed in a process of their own;
`--leads 0` leaves them out.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.labelled_names import Labelled, invented_names, labelled, respelled
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from accountlens import Workspace

FOLDER = Path("build/matching")
SETTINGS = "name: Matching\nsources: {files: {path: data}}\n"
NOW = datetime(2026, 10, 1)
SEED = 2026  # of the figures that are published; other seeds served while the rules were made


@dataclass
class Score:
    """Of rows whose account is known: how many were matched without a person, and how many of these rightly."""

    automatic: int = 0
    right: int = 0
    with_account: int = 0
    review: int = 0
    wrong: list[tuple[str, str | None, str]] = field(default_factory=list)  # as written, meant, found
    methods: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / self.automatic

    @property
    def recall(self) -> float:
        return self.right / self.with_account

    def intervals(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """95 % Wilson intervals of precision and recall."""
        return _wilson(self.right, self.automatic), _wilson(self.right, self.with_account)


def score(found: Labelled, folder: Path) -> Score:
    """Refresh a workspace with these accounts, and a lead for each row, and compare."""
    ids = [f"L{place:07}" for place in range(len(found.rows))]
    accounts = {"account_id": list(found.accounts), "name": list(found.accounts.values())}
    leads = {"lead_id": ids, "created_at": [NOW] * len(ids), "company": [row[0] for row in found.rows]}
    make_workspace(folder, accounts, leads)
    workspace = Workspace(folder)
    workspace.refresh(as_of=NOW)
    return compare(workspace, {key: row[:2] for key, row in zip(ids, found.rows, strict=True)})


def make_workspace(folder: Path, accounts: Mapping[str, object], leads: Mapping[str, object]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    (folder / "accountlens.yaml").write_text(SETTINGS, encoding="utf-8")
    pq.write_table(pa.table(accounts), folder / "data" / "accounts.parquet")
    pq.write_table(pa.table(leads), folder / "data" / "leads.parquet")


def compare(workspace: Workspace, meant: Mapping[str, tuple[str, str | None]]) -> Score:
    """`meant`: lead → company as written, and its account or None."""
    scored = Score(with_account=sum(account is not None for _, account in meant.values()))
    for lead, account, method in _found(workspace):
        if account is None:
            scored.review += 1
            continue
        written, right = meant[lead]
        scored.automatic += 1
        scored.methods[method] += 1
        scored.right += account == right
        if account != right:
            scored.wrong.append((written, right, account))
    return scored


def _found(workspace: Workspace) -> Iterator[tuple[str, str | None, str]]:
    """Lead, account and method; without an account: to be reviewed."""
    snapshot = workspace.store.current()
    assert snapshot is not None
    import duckdb

    matches = workspace.store.relation_sql(snapshot.tables["account_matches"])
    leads = workspace.store.relation_sql(snapshot.tables["leads"])
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT m.row_key, m.account_id, m.method, l.account_id "
            f"FROM ({matches}) m JOIN ({leads}) l ON l.lead_id = m.row_key"
        )
        while batch := rows.fetchmany(100_000):
            for lead, account, method, counted in batch:
                assert account == counted, f"{lead}: told as of {account}, counted for {counted}"
                yield lead, account, method


def many(leads: int, accounts: int, folder: Path) -> dict[str, tuple[str, str | None]]:
    """A workspace of invented companies; 40 of 100 leads write from their company's domain, 30 mean no account."""
    draw = random.Random(SEED)
    names = invented_names(accounts + accounts // 4, draw)
    kept, others = names[:accounts], names[accounts:]
    domains = [f"{''.join(name.lower().split()[:2]).strip('.')}{place % 7}.com" for place, name in enumerate(kept)]
    meant: dict[str, tuple[str, str | None]] = {}
    emails = []
    for number in range(leads):
        place = draw.randrange(accounts) if draw.random() < 0.7 else -1
        name = kept[place] if place >= 0 else draw.choice(others)
        written = respelled(name, draw)[0] if draw.random() < 0.5 else name
        meant[f"L{number:07}"] = (written, f"A{place:06}" if place >= 0 else None)
        own = domains[place] if place >= 0 and draw.random() < 0.4 else draw.choice(["gmail.com", "web.de", ""])
        emails.append(f"p{number}@{own}" if own else None)
    listed = {"account_id": [f"A{place:06}" for place in range(accounts)], "name": kept, "domain": domains}
    wanted = [written for written, _ in meant.values()]
    rows = {"lead_id": list(meant), "created_at": [NOW] * leads, "email": emails, "company": wanted}
    make_workspace(folder, listed, rows)
    return meant


def refresh_apart(folder: Path) -> dict[str, float]:
    """Refresh in a process of its own: seconds, CPU seconds and peak memory in MB."""
    code = f"from benchmarks.matching import refresh_here; refresh_here({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def refresh_here(folder: str) -> None:
    """What the other process does."""
    started = time.perf_counter()
    Workspace(folder).refresh(as_of=NOW)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(told))


def _wilson(part: int, whole: int) -> tuple[float, float]:
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _table(title: str, scored: Score, rows: int) -> Table:
    table = Table("what", "value", "95 % Wilson", title=title)
    for name, value, (low, high) in zip(
        ("precision", "recall"), (scored.precision, scored.recall), scored.intervals(), strict=True
    ):
        table.add_row(f"{name} of automatic matches", f"{value:.4f}", f"{low:.4f} – {high:.4f}")
    table.add_row("rows", f"{rows:,}", f"{rows - scored.with_account:,} without an account")
    table.add_row("automatic, wrong", f"{scored.automatic:,}, {scored.automatic - scored.right:,}", "")
    table.add_row("for review", f"{scored.review:,}", "")
    table.add_row("by method", ", ".join(f"{name} {count:,}" for name, count in scored.methods.most_common()), "")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    options = parser.parse_args()
    console = Console()
    scored = score(labelled(options.rows, options.seed), FOLDER / "labelled")
    console.print(_table(f"Names of the public sets, respelled, seed {options.seed}", scored, options.rows))
    for written, meant, found in scored.wrong[:10]:
        console.print(f"  wrong: {written!r} means {meant}, found {found}", markup=False)
    if options.leads:
        known = many(options.leads, options.accounts, FOLDER / "many")
        used = refresh_apart(FOLDER / "many")
        title = f"{options.leads:,} leads against {options.accounts:,} accounts"
        console.print(_table(title, compare(Workspace(FOLDER / "many"), known), options.leads))
        console.print(
            f"whole refresh: {used['seconds']:.0f} s, {used['cpu_seconds']:.0f} CPU s, {used['peak_mb']:.0f} MB peak"
        )


if __name__ == "__main__":
    main()
