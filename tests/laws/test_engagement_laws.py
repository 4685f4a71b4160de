"""What engagement and qualification keep to, whatever people did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.laws.books import Books, definitions, same, shuffled
from tests.laws.relations import relations

MONTHS = {"period": "2023-11..2024-05", "grain": "month"}
EVER = {"period": "2023-01..2024-05"}
DAY = timedelta(days=1)
NUMBERS = {"value": None, "lower": None, "upper": None, "parts": None}  # sums of halves may differ in their last digit
FAMILIES = ("engagement", "qualification")
SHARES = (
    "email_open_rate", "email_click_rate", "email_hard_bounce_rate", "email_soft_bounce_rate", "account_reach",
    "email_open_rate(include_machine=true, click_implies_open=true)", "email_click_rate(within_days=3, mail=manual, per=sent)",
    "email_ctor(click_implies_open=true)", "account_penetration", "account_penetration(denominator=target_roles)",
    "mqa_rate(min_points=20, min_people=1)", "mqa_to_sqa_rate", "mql_to_sql_rate(min_bant=2)", "lead_conversion_rate",
    "lead_conversion_rate(window_days=20)",
)  # fmt: skip
# Where messages, persons, visits and accounts are counted, the same row coming twice changes nothing.
UNMOVED_BY_REPETITION = (
    "email_open_rate", "email_click_rate", "email_ctor", "email_hard_bounce_rate", "event_attendance",
    "event_attendance_rate", "website_visits", "stakeholders_engaged", "account_penetration", "account_reach",
    "interaction_gap_days", "max_gap_days", "mql_count", "sql_count", "mql_to_sql_rate", "leads_generated", "sqa_count",
    "lead_conversion_rate",
)  # fmt: skip


def family_members(*families: str) -> list[str]:
    return [name for name, definition in definitions().kpis.items() if definition.family in families]


def touched(row: dict[str, Any]) -> bool:
    by_hand = row["kind"] == "email_sent" and not row.get("is_automated")
    return by_hand or row["kind"] in ("call", "meeting", "message", "chat", "email_replied")


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(relations(seed), tmp_path_factory.mktemp("relations"), zone)
    yield opened
    opened.session.close()


def human(company: Books) -> list[dict[str, Any]]:
    internal = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    return [row for row in company.tables["activities"] if not row.get("is_bot") and row["contact_id"] not in internal]


def ends(company: Books) -> dict[str, datetime]:
    """The instant each month ends, in UTC."""
    zone, utc = ZoneInfo(company.zone), ZoneInfo("UTC")
    firsts = [datetime(2023, 12, 1), *(datetime(2024, month, 1) for month in range(1, 7))]
    instants = [first.replace(tzinfo=zone).astimezone(utc).replace(tzinfo=None) for first in firsts]
    return {
        f"{first - DAY:%Y-%m}": min(instant, datetime(2024, 6, 1))
        for first, instant in zip(firsts, instants, strict=True)
    }


def test_asking_the_families_together_equals_asking_each_alone(company: Books) -> None:
    names = family_members(*FAMILIES)
    together = company.ask(*names, by=("tier",), **MONTHS)
    alone = [row for name in names for row in company.ask(name, by=("tier",), **MONTHS)]
    assert len(names) > 30
    for one, other in zip(together, alone, strict=True):
        assert {**one, **NUMBERS} == {**other, **NUMBERS}
        assert same(one["value"], other["value"]), one
        assert all(same(value, other["parts"][name]) for name, value in one["parts"].items()), one


@pytest.mark.parametrize("by", ["tier", "account_id"])
def test_totals_are_what_one_gets_without_the_dimension(company: Books, by: str) -> None:
    names = family_members(*FAMILIES)
    split = company.values(*names, by=by, **MONTHS)
    for key, value in company.values(*names, **MONTHS).items():
        assert same(split[key], value), key


@pytest.mark.parametrize("twice", [0.0, 0.3])
def test_the_order_of_rows_says_nothing_and_neither_does_repetition(twice: float, tmp_path: Path) -> None:
    tables = relations(2)
    mixed = shuffled({name: tables[name] for name in ("activities", "leads", "account_stage_events")}, twice)
    names = UNMOVED_BY_REPETITION if twice else family_members(*FAMILIES)
    found = []
    for folder, rows in (("as_is", tables), ("mixed", {**tables, **mixed})):
        company = Books(rows, tmp_path / folder)
        found.append(company.values(*names, by="account_id", **MONTHS))
        company.session.close()
    assert found[0].keys() == found[1].keys()
    assert [key for key in found[0] if not same(found[0][key], found[1][key])] == []


@pytest.mark.parametrize("by", ["account_id", "account.owner_id", None])
def test_shares_lie_between_nothing_and_all_and_inside_their_interval(company: Books, by: str | None) -> None:
    rows = company.ask(*SHARES, by=(by,) if by else (), **MONTHS)
    known = [row for row in rows if row["value"] is not None]
    assert len(known) > 60
    for row in known:
        assert 0 <= row["value"] <= 1, row
        assert row["lower"] <= row["value"] <= row["upper"], row


def test_the_score_adds_up_over_accounts_and_fades(company: Books) -> None:
    rows = company.ask("engagement_score", by=("account_id",), **MONTHS)
    totals = {row["period"]: row for row in rows if "total" in row["flags"]}
    for period, total in totals.items():
        parts = [row for row in rows if row["period"] == period and row is not total]
        assert same(total["value"], sum(row["value"] for row in parts))
        assert all(0 <= row["value"] <= row["parts"]["raw_points"] for row in parts)
    plain = company.values("engagement_score(decay=none)", by="account_id", **MONTHS)
    raw = {(row["period"], row["by"]["account_id"]): row["parts"]["raw_points"] for row in rows}
    assert all(same(value, raw[period, group]) for (_, period, group), value in plain.items())


def test_a_cap_only_takes_away_and_a_high_one_nothing(company: Books) -> None:
    names = ["engagement_score"] + [f"engagement_score(cap_per_person_day={cap})" for cap in (1000, 12, 5)]
    found = company.values(*names, by="account_id", **MONTHS)
    for _, period, group in {key for key in found if key[0] == names[0]}:
        plain, same_again, less, least = (found[name, period, group] or 0.0 for name in names)
        assert same(plain, same_again)
        assert plain + 1e-9 >= less >= least - 1e-9, (period, group)
    assert any((found[names[0], p, group] or 0) > (found[names[3], p, group] or 0) for _, p, group in found)


def test_a_scaled_score_is_the_mean_over_all_known_accounts(company: Books) -> None:
    rows = company.ask("engagement_score(scale_to=40)", by=("account_id",), **MONTHS)
    for total in (row for row in rows if "total" in row["flags"]):
        inside = [
            row for row in rows if row["period"] == total["period"] and row is not total and row["parts"]["accounts"]
        ]
        assert all(0 <= row["value"] <= 100 for row in inside)
        assert total["parts"]["accounts"] == len(inside)


def test_higher_thresholds_keep_fewer_accounts(company: Books) -> None:
    series = [
        [f"engaged_accounts(threshold={points})" for points in (0.5, 5, 11, 40)],
        [f"mqa_open(min_points=12, min_people={people}, require_fit=false)" for people in (1, 3, 4)],
        [f"mqa_open(min_points={points}, min_people=1)" for points in (5, 15, 30)],
        [f"mqa_rate(min_points={points}, min_people=1)" for points in (5, 15, 30)],
    ]
    found = company.values(*(name for names in series for name in names), by="tier", **MONTHS)
    for names in series:
        for loose, strict in pairwise(names):
            for (name, period, group), value in found.items():
                if name == strict and value is not None:
                    assert value <= (found[loose, period, group] or 0.0), (strict, period, group)
    assert any(value for (name, *_), value in found.items() if name == series[1][-1])


def test_who_ever_qualifies_by_strict_tests_ever_qualifies_by_loose_ones(company: Books) -> None:
    """Over all time, and of accounts: a strict test can find more entries, where one long span falls into two."""
    names = [f"mqa_count(min_points=12, min_people={people}, require_fit=false)" for people in (1, 3, 4)]
    found = company.values(*names, by="account_id", **EVER)
    whole = EVER["period"]
    assert any(found.values())
    for loose, strict in pairwise(names):
        for (name, _, group), value in found.items():
            if name == strict and value:
                assert found[loose, whole, group], group


def test_who_is_qualified_tonight_and_was_not_last_night_has_entered_today(company: Books) -> None:
    tests = "(min_points=12, min_people=1, window_days=14, cooldown_days=0, require_fit=false)"
    found = company.values(
        f"mqa_count{tests}", f"mqa_open{tests}", by="account_id", period="2023-10..2024-05", grain="day"
    )
    days = list(dict.fromkeys(period for _, period, _ in found))
    turns = 0
    for group in {group for _, _, group in found if group}:
        for before, day in pairwise(days):
            was, is_ = (found.get((f"mqa_open{tests}", night, group)) or 0.0 for night in (before, day))
            if is_ and not was:
                assert found[f"mqa_count{tests}", day, group] == 1, (group, day)
                turns += 1
    assert turns > 5


@pytest.mark.parametrize("window", [7, 90])
def test_stakeholders_are_the_people_seen_in_the_window(company: Books, window: int) -> None:
    weights = definitions().parameters("engagements")["weights"]
    found = company.values(f"stakeholders_engaged(window_days={window})", by="account_id", **MONTHS)
    expected: dict[tuple[str, str | None], set[str]] = {}
    for month, end in ends(company).items():
        for row in human(company):
            inside = end - window * DAY <= row["occurred_at"] < end
            if inside and weights.get(row["kind"], 0) > 0 and row["contact_id"]:
                for group in (row["account_id"] or "(unmatched)", None):
                    expected.setdefault((month, group), set()).add(row["contact_id"])
    for (_, month, group), value in found.items():
        assert value == len(expected.get((month, group), ())), (month, group)


def test_gaps_are_those_between_the_touches(company: Books) -> None:
    names = ("interaction_gap_days", "max_gap_days", "mean_gap_days")
    found = company.values(*names, by="account_id", **MONTHS)
    ending = ends(company)
    months = list(ending)
    for month, end in ending.items():
        start = ending[months[months.index(month) - 1]] if month != months[0] else None
        for group in {group for _, _, group in found if group}:
            times = sorted(
                r["occurred_at"]
                for r in human(company)
                if touched(r) and r["account_id"] == group and r["occurred_at"] < end
            )
            if not times or start is None:
                continue
            inside = [time for time in times if time >= start]
            between = [(later - time) / DAY for time, later in pairwise(inside)]
            last = (end - times[-1]) / DAY
            known = {name: found.get((name, month, group)) for name in names}
            # between two local midnights a day is a day, also where the clock is moved
            assert known[names[0]] == pytest.approx(last, abs=0.05)
            assert known[names[1]] == pytest.approx(max([*between, last]), abs=0.05)
            mean = sum(between) / len(between) if between else None
            assert known[names[2]] == (pytest.approx(mean, abs=0.05) if mean is not None else None)


def test_gaps_are_not_negative_and_the_longest_is_the_longest(company: Books) -> None:
    names = ("interaction_gap_days", "max_gap_days", "mean_gap_days")
    working = tuple(f"{name}(business_days=true)" for name in names)
    found = company.values(*names, *working, by="account_id", **MONTHS)
    for (name, period, group), value in found.items():
        if value is None:
            continue
        assert value >= 0
        if name == names[1]:
            assert value >= (found[names[0], period, group] or 0.0) - 1e-9
            assert group is None or value >= (found.get((names[2], period, group)) or 0.0) - 1e-9
        if name in names:  # a week has five working days, and no working day is longer than a day
            days = found[f"{name}(business_days=true)", period, group]
            assert days is not None
            assert value * 5 / 7 - 2 <= days <= value + 0.05, (name, period, group)


def test_an_account_never_touched_has_no_gap_but_a_flag(company: Books) -> None:
    for row in company.ask("interaction_gap_days", "max_gap_days", by=("account_id",), **MONTHS):
        assert ("never" in row["flags"]) == (row["value"] is None and row["parts"]["never"] > 0), row
        assert row["value"] is None or row["parts"]["touched"] > 0


def test_touches_come_in_or_go_out_or_nobody_knows(company: Books) -> None:
    names = ("inbound_touches", "outbound_touches", "interaction_frequency", "inbound_outbound_ratio")
    rows = {(row["kpi"], row["period"], row["by"]["tier"]): row for row in company.ask(*names, by=("tier",), **MONTHS)}
    for (kpi, *rest), row in rows.items():
        if kpi != "interaction_frequency":
            continue
        inbound, outbound, ratio = (
            rows[name, *rest] for name in ("inbound_touches", "outbound_touches", "inbound_outbound_ratio")
        )
        assert row["parts"]["touches"] == inbound["value"] + outbound["value"] + inbound["parts"]["undirected"]
        assert same(ratio["value"], inbound["value"] / outbound["value"] if outbound["value"] else None)


def test_more_patience_and_more_machines_never_mean_fewer_opens(company: Books) -> None:
    for rate, part in (("email_open_rate", "unique_opens"), ("email_click_rate", "unique_clicks")):
        options = ["(within_days=1)", "(within_days=7)", "", "(include_machine=true)"]
        rows = [company.ask(rate + option, by=("account_id",), **MONTHS) for option in options]
        for fewer, more in pairwise(rows):
            assert all(one["parts"][part] <= other["parts"][part] for one, other in zip(fewer, more, strict=True))
            assert all(
                one["parts"]["delivered"] == other["parts"]["delivered"] for one, other in zip(fewer, more, strict=True)
            )
        assert sum(row["parts"][part] for row in rows[0]) < sum(row["parts"][part] for row in rows[-1])


def test_hard_and_soft_bounces_are_not_delivered_and_by_hand_or_not_is_all(company: Books) -> None:
    hard, soft = (company.ask(f"email_{kind}_bounce_rate", by=("account_id",), **MONTHS) for kind in ("hard", "soft"))
    for one, other in zip(hard, soft, strict=True):
        bounced = one["parts"]["sent"] - one["parts"]["delivered"]
        assert one["parts"]["hard_bounces"] + other["parts"]["soft_bounces"] <= bounced
    parts = [
        company.ask(f"email_open_rate(mail={mail})", **EVER)[0]["parts"] for mail in ("all", "automated", "manual")
    ]
    for name in ("sent", "delivered", "unique_opens"):
        assert parts[0][name] == parts[1][name] + parts[2][name] > 0


def test_people_are_the_same_whatever_the_case_of_their_mail(company: Books, tmp_path: Path) -> None:
    names = [name for name in family_members("qualification") if name.startswith(("lead", "mql", "sql"))]
    leads = [{**row, "email": row["email"] and row["email"].title()} for row in company.tables["leads"]]
    other = Books({**company.tables, "leads": leads}, tmp_path, company.zone)
    assert company.values(*names, by="account_id", **MONTHS) == other.values(*names, by="account_id", **MONTHS)
    other.session.close()
    internal = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    people = {
        (row["email"] or "").lower() or row["contact_id"] or row["lead_id"]
        for row in company.tables["leads"]
        if row["contact_id"] not in internal
    }
    assert company.ask("leads_generated", **EVER)[0]["value"] == len(people)


def test_more_patience_and_fewer_conditions_never_mean_fewer_conversions(company: Books) -> None:
    series = [
        ["lead_conversion_rate(window_days=5)", "lead_conversion_rate(window_days=60)", "lead_conversion_rate"],
        [
            "mql_to_sql_rate(within_days=5)",
            "mql_to_sql_rate(within_days=30)",
            "mql_to_sql_rate(within_days=30, min_bant=0)",
        ],
        [
            "mqa_to_sqa_rate(within_days=5, min_points=10, min_people=1)",
            "mqa_to_sqa_rate(within_days=90, min_points=10, min_people=1)",
        ],
        ["sql_count(min_bant=4)", "sql_count", "sql_count(min_bant=0)"],
    ]
    for names in series:
        found = [company.values(name, by="account_id", **EVER) for name in names]
        for fewer, more in pairwise(found):
            pairs = zip(fewer.values(), more.values(), strict=True)
            assert all((one is None) == (other is None) and (one or 0) <= (other or 0) for one, other in pairs)


def test_visits_are_pages_without_a_pause(company: Books) -> None:
    names = [f"website_visits(unit={unit})" for unit in ("page_view", "session", "visitor")]
    found = company.values("website_visits", *names[::2], by="account_id", **EVER)
    for (name, period, group), visits in found.items():
        if name == "website_visits":
            pages, people = (found[other, period, group] or 0.0 for other in names[::2])
            assert visits is not None
            assert visits <= pages
            assert (visits > 0) == (pages > 0) >= (people > 0)
