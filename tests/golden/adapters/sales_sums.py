"""Counts and sums of opportunities, spread over rows that have exactly them."""

from __future__ import annotations

from datetime import timedelta

from tests.golden.adapters.deals import opportunity, touch
from tests.golden.adapters.shapes import frame
from tests.golden.cases import Case
from tests.golden.words import Given, NotRunError, ratio
from tests.golden.world import Rows

COUNTS = {
    "won": "won wins closed_won deals_won won_deals won_count",
    "lost": "lost losses closed_lost deals_lost lost_deals lost_count",
    "open": "open still_open pending open_count",
    "disqualified": "disqualified derailed duplicates",
}
SUMS = {
    "won": "won_value won_amount value_won revenue total_value total_revenue amount",
    "lost": "lost_value lost_amount value_lost",
    "open": "open_value open_amount",
    "disqualified": "disqualified_value",
}
CLOSED = "closed decided total_closed closed_opportunities closed_deals"
ALL = "total opportunities created deals proposals quotes total_opportunities"
SIZE = "avg_deal_value avg_deal_size deal_size deal_value average_deal_size average_deal_value acv"
CYCLE = "cycle_days sales_cycle_days cycle_length_days days avg_cycle_days cycle_length sales_cycle"
MONTH_DAYS = 30.4375


def won(case: Case, rows: Rows, row: Given) -> None:
    """So many deals of each outcome; a sum is spread evenly over them."""
    sums = {status: row.number(names) for status, names in SUMS.items()}
    counts = {status: row.number(names) for status, names in COUNTS.items()}
    closed, everything = row.number(CLOSED), row.number(ALL)
    if counts["lost"] is None and closed is not None:
        counts["lost"] = closed - (counts["won"] or 0)
    elif counts["lost"] is None and everything is not None and case.options.get("cohort") != "created":
        counts["lost"] = everything - sum(count or 0 for count in counts.values())
    if everything is not None and counts["open"] is None:
        counts["open"] = everything - sum(count or 0 for count in counts.values())
    for status, total in sums.items():
        count = counts[status]
        _deals(case, rows, status, float(total is not None) if count is None else count, total)


def _deals(case: Case, rows: Rows, status: str, count: float, total: float | None, days: float = 5) -> None:
    """Equal deals closed (or still open) inside the period."""
    if count < 0 or count != int(count):
        raise NotRunError(f"{count} deals {status}")
    start, middle, _ = frame(case)
    given = {"status": status, "n": count, "amount": total / count if total is not None and count else None}
    dates = {"created": start} if status == "open" else {"created": middle - timedelta(days=days), "closed": middle}
    opportunity(rows, Given(given | dates), frame(case))


def size(case: Case, rows: Rows, row: Given) -> None:
    count = row.whole("deals deals_won won won_deals closed_won count n number_of_deals")
    total = row.need("total_value total_revenue revenue won_value total total_amount amount won_amount")
    _deals(case, rows, "won", count, total)


def cycle(case: Case, rows: Rows, row: Given) -> None:
    """A sum of days, spread evenly over the deals."""
    count = row.whole("deals opportunities won deals_won count n deals_closed closed_deals")
    total = row.need("total_days days sum_days total_cycle_days")
    _deals(case, rows, "won", count, None, total / (count or 1))


def velocity(case: Case, rows: Rows, row: Given) -> None:
    """Open deals, and closed ones with exactly this win rate, size and cycle."""
    count = row.whole("opportunities qualified_opportunities open_opportunities deals number_of_opportunities n")
    amount = row.need(SIZE)
    wins, decided = ratio(row.need("win_rate close_rate conversion_rate"))
    days = row.number(CYCLE)
    if days is None:
        days = row.need("cycle_months sales_cycle_months") * MONTH_DAYS
    start = frame(case)[0]
    before = start - timedelta(days=30)  # closed in the trailing year, but neither created nor closed in the period
    shut = {"closed": before, "created": before - timedelta(days=days), "amount": amount}
    opportunity(rows, Given({**shut, "status": "won", "n": wins}), frame(case))
    opportunity(rows, Given({**shut, "status": "lost", "n": decided - wins}), frame(case))
    open_deals = {"status": "open", "n": count, "created": start, "amount": amount, "qualified": True}
    opportunity(rows, Given(open_deals), frame(case))


def closure(case: Case, rows: Rows, row: Given) -> None:
    """Touches spread over won deals, as evenly as whole touches can be."""
    touches = row.whole("touches_before_close touches total_touches interactions")
    deals = row.whole("deals_won won deals won_deals count n")
    _deals(case, rows, "won", deals, None, days=1000)
    rows.ensure("activities")
    for number in range(touches if deals else 0):
        deal = rows.tables["opportunities"][number % deals]
        moment = deal["closed_at"] - timedelta(hours=number // deals)
        touch(rows, deal["account_id"], moment, opportunity_id=deal["opportunity_id"])


BUILDERS = {
    "avg_deal_size": size,
    "sales_cycle_days": cycle,
    "pipeline_velocity": velocity,
    "touches_to_closure": closure,
}
