"""What exact distinct counts and medians cost, beside a plain count or mean of the same rows."""

from __future__ import annotations

from benchmarks.results import Result
from benchmarks.rounds import Contender, interleaved
from benchmarks.setting import Setting
from benchmarks.table import Table

ABOUT = """\
By account and month, 24 months, from facts alone. Distinct counts and medians are exact: that they are those of SQL
by hand is in the tables above. A count of page views is the plain count that different people are set beside: of the
same rows in the month, and of all kinds of engagement in the 90 days before the month's end.
"""
PAIRS = (  # the KPI, what it is set beside, the goal
    ("website_visits(unit=visitor)", "website_visits(unit=page_view)", 2.5),
    ("stakeholders_engaged", "website_visits(unit=page_view)", 2.5),
    ("account_penetration", "website_visits(unit=page_view)", 2.5),
    ("resolution_time(stat=median)", "resolution_time(stat=mean)", None),
    ("sales_cycle_days(stat=median)", "sales_cycle_days(stat=mean)", None),
)
COLUMNS = ("KPI", "CPU s", "beside", "CPU s", "ratio", "goal", "peak MB")


def measure(setting: Setting) -> Result:
    company = str(setting.company())
    asked = dict.fromkeys(kpi for *pair, _ in PAIRS for kpi in pair)
    contenders = [Contender(kpi, "benchmarks.contenders.question", (company, kpi)) for kpi in asked]
    found = interleaved(contenders, setting.rounds, setting.scratch)
    rows = []
    for kpi, beside, goal in PAIRS:
        mine, plain = found[kpi].median("cpu"), found[beside].median("cpu")
        rows.append([f"`{kpi}`", mine, f"`{beside}`", plain, mine / plain, goal, round(found[kpi].peak_mb)])
    return Result(COLUMNS, rows)


TABLE = Table("distincts", "Distinct contacts and medians", ABOUT, measure)
