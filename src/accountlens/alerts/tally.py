"""How many alerts somebody sees in each state: cheap, for a count that stands on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accountlens.alerts.kept import rules
from accountlens.alerts.listing import visible
from accountlens.alerts.rules import ACCOUNT
from accountlens.alerts.snoozing import snoozes
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows
from accountlens.workspace.asking import Asking

COLUMNS = ("id", "rule_id", "each_of", "subject", "state")


@dataclass(frozen=True)
class Tally:
    """Each alert that is not over is in one of the first three; `high` and `accounts` are of those that are open."""

    open: int
    acknowledged: int
    snoozed: int
    high: int
    accounts: int


def tally(workspace: Asking, now: datetime | None = None) -> Tally:
    """Of what the workspace's viewer sees."""
    store = workspace.store
    asleep = snoozes(store, now or utc_now())
    rows = read_rows(store.database, "alerts", COLUMNS, order="id", limit=-1, where={"state <>": "resolved"})
    kept = {one.id: one.rule for one in rules(store)} if rows else {}
    counts = {"open": 0, "acknowledged": 0, "snoozed": 0}
    severe, accounts = 0, set[str]()
    for id_, rule, each, subject, state in rows:
        if not visible(each, subject, workspace.seen):
            continue
        silent = f"alert:{id_}" in asleep or (each == ACCOUNT and f"account:{subject}" in asleep)
        counts["snoozed" if silent else state] += 1
        if state == "open" and not silent and rule in kept:
            severe += kept[rule].severity == "high"
            accounts |= {subject} if each == ACCOUNT and kept[rule].when.kind != "data_late" else set()
    return Tally(**counts, high=severe, accounts=len(accounts))
