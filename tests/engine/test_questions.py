"""What every question keeps to: periods, levels, scope, where, comparisons, options, flags."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.engine.messy import Rows, catalog, company, open_session

from accountlens.engine.answer import Answer
from accountlens.engine.planner import Ground, make_plan
from accountlens.engine.run import Backdrop, ask
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Clock
from accountlens.language.query import Query

CATALOG = catalog()
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3))]


class Company:
    """Rows opened once, asked in a line."""

    def __init__(self, tables: dict[str, Rows], folder: Path, zone: str = "UTC", as_of: datetime | None = None) -> None:
        self.session, ground = open_session(CATALOG, tables, folder, zone)
        clock = Clock(ZoneInfo(zone), as_of or ground.clock.as_of)
        self.ground = Ground(CATALOG, clock, 4, ground.untold, ground.history)

    def answer(self, *kpis: str, **question: Any) -> Answer:
        query = Query(tuple(map(parse_asked, kpis)), **question)
        return ask(query, self.ground, self.session, Backdrop("s", "EUR"))

    def ask(self, *kpis: str, **question: Any) -> list[dict[str, Any]]:
        return self.answer(*kpis, **question).rows()

    def values(self, *kpis: str, **question: Any) -> list[float | None]:
        return [row["value"] for row in self.ask(*kpis, **question)]


def deal(number: int, closed: str, status: str = "won", **more: Any) -> dict[str, Any]:
    return {"opportunity_id": f"o{number}", "status": status, "created_at": datetime(2023, 12, 1), "amount": 100.0,
            "closed_at": datetime.fromisoformat(closed), "account_id": "a1", **more}  # fmt: skip


ACCOUNTS = [{"account_id": "a1", "name": "Acme", "tier": "A"}, {"account_id": "a2", "name": "Beta", "tier": None}]


def small(folder: Path, deals: Rows, zone: str = "UTC", as_of: datetime | None = None, **more: Rows) -> Company:
    return Company({"accounts": ACCOUNTS, "opportunities": deals, **more}, folder, zone, as_of)


def test_silent_months_appear_as_zero_for_counts_and_unknown_for_shares(tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(1, "2024-01-10"), deal(2, "2024-03-10")])
    assert asked.values("sales_revenue", period="2024-01..2024-03", grain="month") == [100, 0, 100]
    assert asked.values("win_rate", period="2024-01..2024-03", grain="month") == [1, None, 1]


def test_an_event_on_a_boundary_belongs_to_the_period_that_starts_there(tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(1, "2024-02-01T00:00:00")])
    assert asked.values("sales_revenue", period="2024-01..2024-02", grain="month") == [0, 100]


def test_periods_are_cut_in_the_time_zone_of_the_workspace(tmp_path: Path) -> None:
    late = [deal(1, "2024-01-31T23:30:00")]  # half past midnight on 1 February in Berlin
    assert small(tmp_path, late).values("sales_revenue", period="2024-01..2024-02", grain="month") == [100, 0]
    berlin = small(tmp_path, late, zone="Europe/Berlin")
    assert berlin.values("sales_revenue", period="2024-01..2024-02", grain="month") == [0, 100]


def test_the_day_of_the_clock_change_is_one_day(tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(n, f"2024-03-{day}") for n, day in enumerate(("30T22:59", "30T23:00", "31T21:59", "31T22:00"))],
                  zone="Europe/Berlin")  # fmt: skip
    assert asked.values("sales_revenue", period="2024-03-30..2024-04-01", grain="day") == [100, 200, 100]


def test_dates_without_a_time_give_whole_days_across_a_clock_change(tmp_path: Path) -> None:
    midnights = deal(1, "2024-04-09T22:00", created_at=datetime(2024, 3, 19, 23))  # 20 March to 10 April, Berlin
    berlin = small(tmp_path, [midnights], zone="Europe/Berlin")
    assert berlin.values("sales_cycle_days", period="2024-04") == [21.0]


def test_fiscal_quarters_start_where_the_settings_say(tmp_path: Path) -> None:
    rows = small(tmp_path, [deal(1, "2024-04-10")]).ask("sales_revenue", period="FY2025", grain="quarter")
    assert [row["period"] for row in rows] == ["FY2025-Q1", "FY2025-Q2", "FY2025-Q3", "FY2025-Q4"]
    assert rows[0]["period_start"] == "2024-04-01"
    assert rows[0]["value"] == 100


def test_unknown_and_unmatched_groups_are_told_apart(tmp_path: Path) -> None:
    deals = [deal(1, "2024-01-10"), deal(2, "2024-01-11", account_id="a2"), deal(3, "2024-01-12", account_id=None)]
    rows = small(tmp_path, deals).ask("sales_revenue", by=("tier",), period="2024-01")
    assert {row["by"]["tier"]: row["value"] for row in rows} == {
        "A": 100,
        "(unknown)": 100,
        "(unmatched)": 100,
        None: 300,
    }
    total = next(row for row in rows if row["by"]["tier"] is None)
    assert {"total", "unmatched_rows"} <= set(total["flags"])


def test_totals_can_be_left_out_and_subtotals_asked_for(tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(1, "2024-01-10", owner_id="e1"), deal(2, "2024-01-11", owner_id="e2")])
    by = ("tier", "owner_id")
    assert len(asked.ask("sales_revenue", by=by, period="2024-01", totals="none")) == 2
    assert len(asked.ask("sales_revenue", by=by, period="2024-01")) == 3
    rows = asked.ask("sales_revenue", by=by, period="2024-01", totals="all")
    assert {tuple(row["by"].values()) for row in rows} == {
        ("A", "e1"),
        ("A", "e2"),
        ("A", None),
        (None, "e1"),
        (None, "e2"),
        (None, None),
    }


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("tier = 'A'", 1), ("tier <> 'A'", 1), ("tier is null", 1), ("not tier is null", 1), ("tier = '(unknown)'", 1),
        ("tier in ('A', 'B') or owner_id = 'e2'", 2), ("account.name like 'Be%'", 1), ("account.name = 'Acme'", 1),
        ("owner.name = 'Eve'", 1), ("tier = 'A' and owner_id = 'e2'", 0),
    ],
)  # fmt: skip
def test_where_reads_dimensions_as_they_are_shown(tmp_path: Path, where: str, count: int) -> None:
    deals = [deal(1, "2024-01-10", owner_id="e1"), deal(2, "2024-01-11", owner_id="e2", account_id="a2")]
    people = [{"employee_id": "e1", "name": "Eve"}, {"employee_id": "e2", "name": "Sam"}]
    asked = small(tmp_path, deals, employees=people)
    assert asked.ask("sales_revenue", period="2024-01", where=where)[0]["parts"]["won"] == count


@pytest.mark.parametrize(
    "where", ["(select 1)", "tier = upper('a')", "1; drop table accounts", "tier", "tier =", "sum(tier) > 1"]
)
def test_where_refuses_anything_but_comparisons(tmp_path: Path, where: str) -> None:
    with pytest.raises(AccountlensError, match="--where"):
        small(tmp_path, []).ask("sales_revenue", where=where)


def test_a_dimension_not_shared_by_all_measures_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(
        AccountlensError, match=r"grr cannot be split by 'channel': subscription_spans has no such column"
    ):
        small(tmp_path, []).ask("website_visits", "grr", by=("channel",))


def test_attributes_are_read_as_they_were_unless_asked_as_they_are(tmp_path: Path) -> None:
    history = [
        {"account_id": "a1", "attribute": "tier", "value": "B", "valid_from": None, "valid_to": datetime(2024, 1, 15)},
        {"account_id": "a1", "attribute": "tier", "value": "A", "valid_from": datetime(2024, 1, 15), "valid_to": None},
    ]
    asked = small(tmp_path, [deal(1, "2024-01-10"), deal(2, "2024-01-15")], account_attributes=history)
    was = {row["by"]["tier"]: row["value"] for row in asked.ask("sales_revenue", by=("tier",), period="2024-01")}
    assert was == {"B": 100, "A": 100, None: 200}
    now = {
        row["by"]["tier"]: row["value"]
        for row in asked.ask("sales_revenue", by=("tier",), period="2024-01", history="as-is")
    }
    assert now == {"A": 200, None: 200}


def test_scope_follows_the_list_as_of_the_event(tmp_path: Path) -> None:
    members = [
        {"account_id": "a1", "list": "target", "group": "target", "joined_at": datetime(2024, 1, 15), "left_at": None},
        {"account_id": "a2", "list": "target", "group": "control", "joined_at": datetime(2024, 1, 1), "left_at": None},
    ]
    deals = [deal(1, "2024-01-10"), deal(2, "2024-01-20"), deal(3, "2024-01-20", account_id="a2")]
    asked = small(tmp_path, deals, account_list_members=members)
    found = {scope: asked.ask("sales_revenue", period="2024-01", scope=scope)[0]["parts"]["won"]
             for scope in ("all", "target", "control", "non_target")}  # fmt: skip
    assert found == {"all": 3, "target": 1, "control": 1, "non_target": 2}
    at_end = asked.ask("sales_revenue(membership=at_period_end)", period="2024-01", scope="target")[0]["parts"]["won"]
    assert at_end == 2


MEMBERS = [
    {"account_id": account, "list": "target", "group": "target", "joined_at": joined, "left_at": left}
    for account, joined, left in (
        ("a1", datetime(2024, 1, 15), None),
        ("a2", datetime(2023, 12, 1), datetime(2024, 1, 20)),
        ("a4", datetime(2023, 12, 1), datetime(2024, 1, 20)),
    )
]


@pytest.mark.parametrize(
    ("membership", "target", "others", "churn", "mrr"),
    [
        ("at_event", (1, 1), (3, 1), (1, 2), 1),
        ("at_period_end", (2, 1), (2, 1), (0, 1), 1),
        ("ever", (3, 2), (1, 0), (1, 3), 9),
    ],
)
def test_whose_rows_a_list_holds_follows_membership(
    tmp_path: Path, membership: str, target: Any, others: Any, churn: Any, mrr: float
) -> None:
    """Of events (win rate), of accounts before and after (churn) and of a stock (MRR); a1 joins, a2 and a4 leave."""
    deals = [
        deal(1, "2024-01-10"), deal(2, "2024-01-11"), deal(3, "2024-01-25", "lost"),
        deal(4, "2024-01-12", account_id="a2"), deal(5, "2024-01-25", "lost", account_id="a2"),
        deal(6, "2024-01-12", account_id="a3"),
    ]  # fmt: skip
    paid = [
        {"subscription_id": f"s{n}", "account_id": f"a{n}", "started_on": datetime(2023, 6, 1),
         "ended_on": datetime(2024, 1, 25) if n in (2, 3) else None, "mrr": {1: 1.0, 4: 8.0}.get(n, 100.0)}
        for n in (1, 2, 3, 4)
    ]  # fmt: skip
    asked = small(tmp_path, deals, account_list_members=MEMBERS, subscriptions=paid)

    def parts(kpi: str, scope: str, *names: str) -> tuple[float, ...]:
        (row,) = asked.ask(f"{kpi}(membership={membership})", period="2024-01", scope=scope)
        return tuple(row["parts"][name] for name in names)

    assert parts("win_rate", "target", "won", "lost") == target
    assert parts("win_rate", "non_target", "won", "lost") == others
    assert parts("logo_churn_rate", "target", "customers_lost", "customers_start") == churn
    assert parts("mrr", "target", "mrr") == (mrr,)


def test_every_kpi_offers_every_membership() -> None:
    for definition in CATALOG.kpis.values():
        assert definition.options["membership"].values == ("at_event", "at_period_end", "ever"), definition.name


def test_a_promoter_score_weighs_accounts_alike_or_by_what_they_pay_at_the_answer(tmp_path: Path) -> None:
    def answer(number: int, day: int, score: float, account: str | None = "a1") -> dict[str, Any]:
        return {"response_id": f"r{number}", "survey": "nps", "answered_at": datetime(2024, 1, day), "score": score,
                "account_id": account}  # fmt: skip

    answers = [
        answer(1, 10, 10), answer(2, 20, 8), answer(3, 21, 9),  # a1: 2 of 3, paying 10, 40 and 40
        answer(4, 12, 3, "a2"),  # -1, paying 20, of two subscriptions
        answer(5, 12, 10, "a3"), answer(6, 12, 10, None),  # no revenue; no account
    ]  # fmt: skip
    paid = [
        ("a1", 10.0, 1, 15),
        ("a1", 40.0, 15, None),
        ("a2", 15.0, 1, None),
        ("a2", 5.0, 2, None),
        ("a2", 99.0, 12, None),
    ]
    subscriptions = [
        {"subscription_id": f"s{n}", "account_id": account, "mrr": mrr, "started_on": datetime(2024, 1, start),
         "ended_on": datetime(2024, 1, end) if end else None}
        for n, (account, mrr, start, end) in enumerate(paid)
    ]  # fmt: skip
    asked = small(tmp_path, [], survey_responses=answers, subscriptions=subscriptions)
    kpis = ("nps", "nps(weighting=account)", "nps(weighting=revenue)")
    rows = asked.ask(*kpis, period="2024-01")
    by_account, by_revenue = (200 / 3 - 100 + 100) / 3, (200 / 3 * 30 - 100 * 20) / 50
    assert [row["value"] for row in rows] == pytest.approx([300 / 6, by_account, by_revenue])
    assert [row["lower"] is None and row["upper"] is None for row in rows] == [False, False, True]
    assert asked.values("nps(weighting=revenue)", period="2024-02") == [None]
    assert small(tmp_path, [], survey_responses=answers, subscriptions=[]).values(kpis[2], period="2024-01") == [None]


def test_previous_month_and_year_ago_stand_beside_each_value(tmp_path: Path) -> None:
    deals = [
        deal(1, "2024-03-10"),
        deal(2, "2024-02-29"),
        deal(3, "2023-03-31", created_at=datetime(2023, 1, 1)),
        deal(4, "2024-03-11"),
    ]
    row = small(tmp_path, deals).ask("sales_revenue", period="2024-03", compare=("previous", "year-ago"))[0]
    assert row["value"] == 200
    assert row["compare"] == {"previous": {"value": 100, "change": 100}, "year-ago": {"value": 100, "change": 100}}


def test_a_partial_period_is_compared_with_the_same_elapsed_span(tmp_path: Path) -> None:
    deals = [deal(1, "2024-03-05"), deal(2, "2024-02-05"), deal(3, "2024-02-20"), deal(4, "2024-03-20")]
    asked = small(tmp_path, deals, as_of=datetime(2024, 3, 11))
    row = asked.ask("sales_revenue", period="2024-03", compare=("previous",))[0]
    assert (row["value"], row["compare"]["previous"]["value"]) == (100, 100)
    assert "partial_period" in row["flags"]


def test_nothing_at_or_after_the_present_is_seen(tmp_path: Path) -> None:
    deals = [deal(1, "2024-03-05"), deal(2, "2024-03-11T00:00")]
    assert small(tmp_path, deals, as_of=datetime(2024, 3, 11)).values("sales_revenue", period="2024-03") == [100]


def test_an_entity_without_a_source_is_unknown_not_zero(tmp_path: Path) -> None:
    row = small(tmp_path, [deal(1, "2024-01-10")]).ask("website_visits", period="2024-01")[0]
    assert row["value"] is None
    assert row["flags"] == ["insufficient_data"]


def test_an_entity_with_a_source_and_no_rows_is_zero(tmp_path: Path) -> None:
    assert small(tmp_path, [], activities=[]).values("website_visits", period="2024-01") == [0]


def test_options_asked_stand_in_the_answer_and_change_it(tmp_path: Path) -> None:
    deals = [deal(1, "2024-01-10"), deal(2, "2024-01-11", status="lost", amount=300.0)]
    rows = small(tmp_path, deals).ask("win_rate", "win_rate(basis=value)", period="2024-01")
    assert [(row["value"], row.get("options")) for row in rows] == [(0.5, None), (0.25, {"basis": "value"})]


def test_intervals_are_wilsons_and_stay_inside_zero_and_one(tmp_path: Path) -> None:
    deals = [deal(1, "2024-01-10"), *(deal(n, "2024-01-11", status="lost") for n in (2, 3, 4))]
    row = small(tmp_path, deals).ask("win_rate", period="2024-01")[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(0.0456, abs=1e-4), pytest.approx(0.6994, abs=1e-4))
    none = small(tmp_path, deals[1:]).ask("win_rate", period="2024-01")[0]
    assert none["lower"] == 0.0
    assert "small_sample" in none["flags"]


@pytest.mark.parametrize(
    ("level", "bounds"),
    [("", (0.375535, 0.963776)), ("(level=0.95)", (0.375535, 0.963776)), ("(level=0.9)", (0.435293, 0.954038))],
)
def test_the_level_of_an_interval_can_be_asked(tmp_path: Path, level: str, bounds: tuple[float, float]) -> None:
    """Against statsmodels' `proportion_confint`, as the golden case wilson_small has it."""
    asked = small(tmp_path, [deal(n, "2024-01-10", "lost" if n == 5 else "won") for n in range(1, 6)])
    answer = asked.answer(f"win_rate{level}", period="2024-01")
    row = answer.rows()[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(bounds[0], abs=2e-6), pytest.approx(bounds[1], abs=2e-6))
    assert answer.levels == [0.9 if "0.9)" in level else 0.95]
    assert row.get("options") == ({"level": 0.9} if "0.9)" in level else None)


def test_two_levels_of_one_rate_stand_side_by_side_and_nest(tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(1, "2024-01-10"), deal(2, "2024-01-11", "lost"), deal(3, "2024-01-12", "lost")])
    levels = ["1e-300", "0.5", "0.95", "0.999", "0.9999999999999999"]
    rows = asked.ask(*(f"win_rate(level={level})" for level in levels), period="2024-01")
    lows, highs = [row["lower"] for row in rows], [row["upper"] for row in rows]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)
    assert lows[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("kpi", "told"),
    [
        ("win_rate(level=1)", "a number between 0 and 1 is needed"),
        ("win_rate(level=0)", "a number between 0 and 1 is needed"),
        ("win_rate(level=95)", "a number between 0 and 1 is needed"),
        ("engagement_score(half_life_days=0)", "a number above 0 is needed"),
        ("win_rate(level=high)", "a number is needed"),
        ("win_rate(level=null)", "a number is needed"),
        ("attribution_u_shaped(weights=0.4)", "a list, such as"),
        ("attribution_u_shaped(weights=[0.5, 0.5])", "a list of 3 numbers, none below 0,"),
        ("attribution_u_shaped(weights=[1, -1, 1])", "a list of 3 numbers, none below 0,"),
        ("buying_group_coverage(buying_roles=champion)", "a list, such as"),
        ("mrr(level=0.9)", "mrr has no option 'level'"),
    ],
)
def test_a_level_no_interval_can_have_is_refused(tmp_path: Path, kpi: str, told: str) -> None:
    with pytest.raises(AccountlensError, match=told):
        small(tmp_path, [deal(1, "2024-01-10")]).ask(kpi, period="2024-01")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", ["tier", "owner_id"])
def test_a_total_is_what_asking_without_the_dimension_gives(tmp_path: Path, seed: int, by: str) -> None:
    asked = Company(company(seed), tmp_path)
    kpis = [name for name in CATALOG.kpis if asked_by(asked, name, by)]
    split = [
        row for row in asked.ask(*kpis, by=(by,), period="2024-01..2024-04", grain="month") if row["by"][by] is None
    ]
    whole = asked.ask(*kpis, period="2024-01..2024-04", grain="month")
    assert [(r["kpi"], r["period"], r["value"], r["n"]) for r in split] == [
        (r["kpi"], r["period"], pytest.approx(r["value"], rel=1e-12) if r["value"] is not None else None, r["n"])
        for r in whole
    ]


def asked_by(asked: Company, name: str, by: str) -> bool:
    if name == "expansion_propensity_share":
        return False  # too few cases here to fit its model
    try:
        make_plan(Query((parse_asked(name),), by=(by,), period="2024-01"), asked.ground)
    except AccountlensError:
        return False
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    tables = company(seed)
    first = Company(tables, tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    second = Company({name: list(reversed(rows)) for name, rows in tables.items()}, again)
    kpis = [name for name in CATALOG.kpis if asked_by(first, name, "tier")]
    question = {"by": ("tier",), "period": "2024-01..2024-03", "grain": "month"}
    for one, other in zip(first.ask(*kpis, **question), second.ask(*kpis, **question), strict=True):
        assert one["value"] == (None if other["value"] is None else pytest.approx(other["value"], rel=1e-9)), one
