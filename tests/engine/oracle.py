"""The six hard shapes computed slowly and obviously, from rows, in plain Python. No engine, no SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

Row = dict[str, Any]
WEIGHTS = {
    "page_view": 1,
    "email_opened": 0.5,
    "email_clicked": 2,
    "content_downloaded": 5,
    "call": 8,
    "meeting": 15,
}
DAY = timedelta(days=1)


class Oracle:
    def __init__(self, tables: dict[str, list[Row]], start: datetime, end: datetime) -> None:
        self.tables, self.start, self.end = tables, start, end
        self.accounts = {row["account_id"]: row for row in tables["accounts"]}
        internal = {row["contact_id"] for row in tables["contacts"] if row["is_internal"]}
        self.events = [row for row in tables["activities"] if not row["is_bot"] and row["contact_id"] not in internal]
        self.internal = internal

    def tier(self, account: str | None, t: datetime, event: bool) -> str:
        if account is None:
            return "(unmatched)"
        for row in self.tables["account_attributes"]:
            first, last = row["valid_from"] or datetime.min, row["valid_to"] or datetime.max
            if row["account_id"] == account and (first <= t < last if event else first < t <= last):
                return row["value"]
        return self.accounts[account]["tier"] or "(unknown)"

    def answer(self) -> dict[str, dict[str | None, float | None]]:
        """kpi → tier (None: total) → value."""
        shapes: dict[str, Callable[[Callable[[str], bool]], float | None]] = {
            "grr": self.grr,
            "engaged_accounts": self.engaged,
            "nps": self.nps,
            "mqa_count": self.mqas,
            "sales_cycle_days": self.cycle,
            "website_visits": self.visits,
        }
        groups = ["A", "B", "C", "(unknown)", "(unmatched)"]
        return {
            name: {None: shape(lambda tier: True), **{g: shape(lambda tier, g=g: tier == g) for g in groups}}  # type: ignore[misc]
            for name, shape in shapes.items()
        }

    def grr(self, keep: Callable[[str], bool]) -> float | None:
        """Revenue of no account counts by subscription."""
        before: dict[str, float] = defaultdict(float)
        after: dict[str, float] = defaultdict(float)
        for row in self.tables["subscriptions"]:
            payer, end = row["account_id"] or row["subscription_id"], row["ended_on"]
            if not row["mrr"] or (end is not None and end <= row["started_on"]):
                continue
            if not keep(self.tier(row["account_id"], self.start, event=False)):
                continue
            for instant, into in ((self.start, before), (self.end, after)):
                if row["started_on"] < instant and (end is None or end >= instant):
                    into[payer] += row["mrr"]
        opening = sum(before.values())
        return sum(min(value, after[payer]) for payer, value in before.items()) / opening if opening else None

    def engaged(self, keep: Callable[[str], bool]) -> float:
        scores: dict[str, float] = defaultdict(float)
        for row in self.events:
            age = self.end - row["occurred_at"]
            if row["account_id"] and timedelta() < age <= 90 * DAY:
                scores[row["account_id"]] += WEIGHTS.get(row["kind"], 0) * 2 ** (-(age / DAY) / 30)
        return sum(score >= 10 and keep(self.tier(account, self.end, event=False)) for account, score in scores.items())

    def nps(self, keep: Callable[[str], bool]) -> float | None:
        latest: dict[str, Row] = {}
        for row in self.tables["survey_responses"]:
            if row["survey"] != "nps" or row["score"] is None or row["contact_id"] in self.internal:
                continue
            if self.start <= row["answered_at"] < self.end:
                person = row["contact_id"] or row["response_id"]
                order = (row["answered_at"], row["response_id"])
                if person not in latest or (latest[person]["answered_at"], latest[person]["response_id"]) < order:
                    latest[person] = row
        kept = [r for r in latest.values() if keep(self.tier(r["account_id"], r["answered_at"], event=True))]
        scores = [row["score"] for row in kept]
        if not scores:
            return None
        return 100 * (sum(s >= 9 for s in scores) - sum(s < 7 for s in scores)) / len(scores)

    def mqas(self, keep: Callable[[str], bool], people: int = 3) -> float:
        entered = set()
        for account, row in self.accounts.items():
            if (row["fit_score"] or 0) < 50:
                continue
            for entry in self._entries([e for e in self.events if e["account_id"] == account], people):
                if self.start <= entry < self.end and keep(self.tier(account, entry, event=True)):
                    entered.add(account)
        return len(entered)

    def _entries(self, events: Iterable[Row], people: int) -> list[datetime]:
        """Instants of qualification: looked at just after every event and every expiry."""
        weighted = [(row["occurred_at"], WEIGHTS.get(row["kind"], 0), row["contact_id"]) for row in events]
        weighted = [item for item in weighted if item[1] > 0]
        instants = sorted({t for t, _, _ in weighted} | {t + 90 * DAY for t, _, _ in weighted})
        entries, left, inside = [], None, False
        for instant in instants:
            live = [item for item in weighted if item[0] <= instant < item[0] + 90 * DAY]
            qualified = sum(w for _, w, _ in live) >= 100 and len({c for _, _, c in live if c}) >= people
            if qualified and not inside and (left is None or instant - left >= 90 * DAY):
                entries.append(instant)
            if inside and not qualified:
                left = instant
            inside = qualified
        return entries

    def cycle(self, keep: Callable[[str], bool]) -> float | None:
        days = [
            (row["closed_at"] - row["created_at"]) / DAY
            for row in self.tables["opportunities"]
            if row["status"] == "won" and row["created_at"] and row["closed_at"] >= row["created_at"]
            and self.start <= row["closed_at"] < self.end
            and keep(self.tier(row["account_id"], row["closed_at"], event=True))
        ]  # fmt: skip
        return median(days) if days else None

    def visits(self, keep: Callable[[str], bool]) -> float:
        views: dict[Any, list[datetime]] = defaultdict(list)
        for row in self.events:
            if row["kind"] == "page_view":
                visitor = None if row["session_id"] else row["contact_id"]
                views[row["account_id"], visitor, row["session_id"]].append(row["occurred_at"])
        count = 0
        for (account, _, session), times in views.items():
            before = None
            for t in sorted(times):
                if before is None or (session is None and t - before >= timedelta(minutes=30)):
                    count += self.start <= t < self.end and keep(self.tier(account, t, event=True))
                before = t
        return count
