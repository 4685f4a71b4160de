"""The portfolio of an account manager: load and coverage, gaps, outcomes beside the same mix of tiers, satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from accountlens.language import numbers
from accountlens.pages.fair import LEAST, Fair
from accountlens.pages.team import TOUCHED_DAYS, Portfolio, Satisfaction, Team, team
from accountlens.pages.todo import todo
from accountlens.reports.content import Cell, Column, Section, Table
from accountlens.reports.goals import UNITS
from accountlens.reports.made import Made
from accountlens.reports.sentences import amount
from accountlens.reports.spans import day

FEWEST = 3  # account managers, before their middle says something
GAPS = 15


def section(made: Made, title: str) -> Section | None:
    """Of the account manager the review is about; None where he owns nothing now."""
    told = team(made.here.workspace, period=made.span.text, snapshot=made.here.opened.snapshot.id)
    his = next((one for one in told.portfolios if one.employee_id == made.whom.subject), None)
    if his is None:
        return None
    others = [one for one in told.portfolios if one.employee_id is not None]
    tables = [_load(his, others), *_fair(made, his), *_gaps(made)]
    texts = [*_covered(made, his, others), *_compared(made, told, his), *_satisfied(made, told, his)]
    return Section(title, texts, tables=tables)


def _covered(made: Made, his: Portfolio, others: Sequence[Portfolio]) -> Iterator[str]:
    """Accounts, coverage and load are those of now, whatever the period."""
    today = day(made.here.ground.clock.today)
    tiers = ", ".join(f"{count:,} of tier {tier}" for tier, count in sorted(his.tiers.items()) if tier[:1] != "(")
    yield f"{numbers.count(his.accounts, 'account')} on {today}, {his.customers:,} of them customers" + (
        f"; {tiers}." if tiers else "."
    )
    shares = (his.touched_30_days, his.touched_90_days)
    middles = (_middle([one.touched_30_days for one in others]), _middle([one.touched_90_days for one in others]))
    for days, share, middle in zip(TOUCHED_DAYS, shares, middles, strict=True):
        if share is not None:
            beside = "" if middle is None else f"; the middle of all account managers is {_share(middle)}"
            yield f"{_share(share)} of the accounts were touched in the {days} days before{beside}."


def _load(his: Portfolio, others: Sequence[Portfolio]) -> Table:
    """What is in hand, beside the middle of all account managers."""
    kinds: Mapping[str, Callable[[Portfolio], float | None]] = {
        "Accounts": lambda one: one.accounts,
        "Customers": lambda one: one.customers,
        "Open deals": lambda one: one.load["open_deals"],
        "Open tickets": lambda one: one.load["open_tickets"],
        "Own touches, 90 days": lambda one: one.load["touches"],
        "Touches by anybody, 90 days": lambda one: one.touches,
    }
    columns = [Column("In hand", "text"), Column("This portfolio", "number")]
    if len(others) < FEWEST:
        return Table("Load", columns, [[name, of(his)] for name, of in kinds.items()])
    rows: list[list[Cell]] = [[name, of(his), _middle([of(one) for one in others])] for name, of in kinds.items()]
    return Table("Load", [*columns, Column("Middle of all", "number")], rows)


def _fair(made: Made, his: Portfolio) -> Iterator[Table]:
    """One of each unit, so that every column has one."""
    catalog = made.here.ground.catalog
    told = [one for one in his.fair.values() if one.expected is not None]
    for unit in dict.fromkeys(catalog.kpis[one.kpi].unit for one in told):
        names = ("This portfolio", "Same tiers bring"), ("Difference", "At least", "At most")
        columns = [Column("KPI", "text"), *(Column(name, unit) for name in names[0])]
        columns += [Column(name, f"change:{unit}") for name in names[1]]
        rows: list[list[Cell]] = [
            [catalog.definition(one.kpi).label, one.value, one.expected, one.difference, one.lower, one.upper,
             one.cases, _verdict(one)]
            for one in told
            if catalog.kpis[one.kpi].unit == unit
        ]  # fmt: skip
        columns += [Column("Cases", "count"), Column("Verdict", "text")]
        yield Table(f"Beside accounts of the same tiers: {UNITS.get(unit, unit)}", columns, rows)


def _verdict(one: Fair) -> str:
    if one.verdict == "within":
        return "within chance"
    return "more than chance" if one.better is None else f"{'better' if one.better else 'worse'} than chance would do"


def _compared(made: Made, told: Team, his: Portfolio) -> Iterator[str]:
    """How the comparison is to be read, and what it cannot tell."""
    if not his.fair:
        return
    few = sum(one.verdict == "few" for one in his.fair.values())
    if few == len(his.fair):
        hidden = "" if made.here.session.seen is None else f", or fewer than {LEAST} of the accounts you do not see"
        why = f"in each of them fewer than {LEAST} cases are his, or of others{hidden}"
        yield f"Beside accounts of the same tiers nothing can be told: {why}."
        return
    out = [one for one in his.fair.values() if one.verdict in ("above", "below")]
    known = len(his.fair) - few
    yield (
        f"Beside average accounts of the same tiers {len(out)} of {numbers.count(known, 'figure')} differ by more than "
        f"chance would do. Of all {told.compared} such comparisons about {told.by_chance} would by chance alone."
    )
    if few:
        yield f"{numbers.count(few, 'figure')} more: too few cases to tell."


def _gaps(made: Made) -> Iterator[Table]:
    """Accounts in which nobody was in touch for longer than their tier allows, what is at stake first."""
    if not made.here.has("activities"):
        return
    found = todo(
        made.here.workspace, kinds=["gap"], owner=made.whom.subject, limit=GAPS, snapshot=made.here.opened.snapshot.id
    )
    rows: list[list[Cell]] = [
        [one.name or one.account_id, one.tier, one.numbers.get("days"), one.at_stake, one.reason] for one in found.items
    ]
    columns = [Column("Account", "text"), Column("Tier", "text"), Column("Days since a touch", "days")]
    columns += [Column("At stake", "money"), Column("Why", "text")]
    many = found.counts["gap"]
    if rows:
        yield Table("Gaps", columns, rows, f"The {GAPS} that matter most of {many}." if many > GAPS else "")


def _satisfied(made: Made, told: Team, his: Portfolio) -> Iterator[str]:
    """What the colleagues of his team answered, beside the rest; of fewer than five nothing."""
    for one in told.satisfaction:
        if his.team is not None and one.team == his.team:
            label = made.here.ground.catalog.definition(one.kpi).label
            yield f"{label} of team {his.team}, last twelve months: {_answered(made, one)}."


def _answered(made: Made, one: Satisfaction) -> str:
    if one.suppressed or one.value is None:
        return "not told, for fewer than five people answered"
    unit = made.here.ground.catalog.kpis[one.kpi].unit
    told = (amount(one.value, unit, made.currency), numbers.interval(one.lower, one.upper, unit))
    return f"{' '.join(text for text in told if text)}, {numbers.count(int(one.n or 0), 'answer')}"


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= FEWEST else None


def _share(value: float) -> str:
    return numbers.show(value, "fraction")
