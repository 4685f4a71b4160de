"""What surveys, advocacy, tickets and use of the product keep to, whatever anybody said or did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.engine.messy import Rows
from tests.laws.books import Books, alike, as_workspace, definitions, same, shuffled
from tests.laws.relations import relations

MONTHS = {"period": "2023-11..2024-05", "grain": "month"}
EVER = {"period": "2023-01..2024-05"}
DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")
FAMILIES = ("voice", "health", "team")
SHARES = (
    "csat", "csat(method=top1)", "ces(method=agree_share)", "ces(method=agree_share, scale=effort_1_low)", "esat",
    "referenceable_clients", "feature_breadth", "feature_breadth(window_days=7)",
)  # fmt: skip
SCORES = ("nps", "nps(dedupe=none)", "nps(ci=adjusted_wald)", "nps(window_days=60)", "enps", "enps(dedupe=none)")
SCHEDULES = ("Mon-Fri 09:00-17:00", "Sun-Thu 08:30-16:15", "Wed-Wed 00:00-24:00", "mon-sat 22:00-23:30")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNMOVED_BY_REPETITION = (
    "nps", "enps", "referenceable_clients", "first_response_time", "seat_adoption", "feature_breadth", "stickiness",
)  # fmt: skip
REPEATED = ("survey_responses", "advocacy_events", "ticket_comments", "usage_events")


def members() -> list[str]:
    return [name for name, definition in definitions().kpis.items() if definition.family in FAMILIES]


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(relations(seed), tmp_path_factory.mktemp("relations"), zone)
    yield opened
    opened.session.close()


def internal(company: Books) -> set[str]:
    return {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}


def tickets(company: Books) -> Rows:
    return [row for row in company.tables["tickets"] if row["contact_id"] not in internal(company)]


def ends(company: Books) -> dict[str, datetime]:
    """The instant each month ends, in UTC."""
    found = {}
    for year, month in [(2023, 12), *((2024, month) for month in range(1, 7))]:
        first = datetime(year, month, 1, tzinfo=ZoneInfo(company.zone))
        instant = first.astimezone(UTC).replace(tzinfo=None)
        found[f"{first - DAY:%Y-%m}"] = min(instant, datetime(2024, 6, 1))  # nothing is known of later
    return found


def test_asking_the_families_together_equals_asking_each_alone(company: Books) -> None:
    names = members()
    together = company.ask(*names, **MONTHS)
    alone = [row for name in names for row in company.ask(name, **MONTHS)]
    assert len(names) > 15
    assert [pair for pair in zip(together, alone, strict=True) if not alike(*pair)] == []


def test_totals_are_what_one_gets_without_the_dimension(company: Books) -> None:
    colleagues = ["enps", "esat"]
    clients = [name for name in members() if name not in colleagues]
    for by, names in (("account_id", clients), ("team", colleagues)):
        split = company.values(*names, by=by, **MONTHS)
        for key, value in company.values(*names, **MONTHS).items():
            assert same(split[key], value), key


@pytest.mark.parametrize("twice", [0.0, 0.3])
def test_the_order_of_rows_says_nothing_and_neither_does_repetition(twice: float, tmp_path: Path) -> None:
    tables = relations(2)
    mixed = shuffled({name: tables[name] for name in REPEATED}, twice)
    names = UNMOVED_BY_REPETITION if twice else members()
    found = []
    for folder, rows in (("as_is", tables), ("mixed", {**tables, **mixed})):
        company = Books(rows, tmp_path / folder)
        found.append(company.values(*names, **MONTHS))
        company.session.close()
    assert found[0].keys() == found[1].keys()
    assert [key for key in found[0] if not same(found[0][key], found[1][key])] == []


def test_rows_that_a_source_brings_twice_change_nothing(tmp_path: Path) -> None:
    """Through a refresh, of every KPI about people: engagement, qualification, voice, health and team."""
    tables = {name: rows for name, rows in relations(5, scale=2).items() if name != "account_attributes"}
    names = [*members(), *(n for n, d in definitions().kpis.items() if d.family in ("engagement", "qualification"))]
    found = []
    for folder, rows in (("once", tables), ("twice", shuffled(tables, twice=0.3))):
        workspace = as_workspace(rows, tmp_path / folder)
        found.append(workspace.ask(*names, period="2023-11..2024-05", grain="quarter").rows())
    assert [(row["kpi"], row["period"]) for row in found[0]] == [(row["kpi"], row["period"]) for row in found[1]]
    for one, other in zip(*found, strict=True):
        assert same(one["value"], other["value"]), (one, other)
    assert sum(row["value"] is not None for row in found[0]) > 100


def test_shares_lie_between_nothing_and_all_and_inside_their_interval(company: Books) -> None:
    rows = [row for row in company.ask(*SHARES, **MONTHS) if row["value"] is not None]
    rows += [row for row in company.ask(*SHARES[-3:], by=("account_id",), **MONTHS) if row["value"] is not None]
    assert len(rows) > 40
    for row in rows:
        assert 0 <= row["value"] <= 1, row
        assert row["lower"] <= row["value"] <= row["upper"], row


def test_promoter_scores_lie_between_all_against_and_all_for(company: Books) -> None:
    rows = company.ask(*SCORES, **MONTHS)
    known = [row for row in rows if row["value"] is not None]
    assert len(known) > 20
    for row in known:
        parts = row["parts"]
        assert -100 <= row["value"] <= 100
        adjusted = row.get("options", {}).get("ci") == "adjusted_wald"  # its middle lies elsewhere
        assert adjusted or row["lower"] <= row["value"] <= row["upper"]
        assert -100 <= row["lower"] <= row["upper"] <= 100
        assert parts["promoters"] + parts["passives"] + parts["detractors"] == parts["responses"] == row["n"]
    weighted = ("nps(weighting=account)", "nps(weighting=revenue)")
    by_account = company.values("nps", *weighted, by="account_id", **MONTHS)
    for (name, period, group), value in by_account.items():
        if name in weighted and group not in (None, "(unmatched)"):
            own = by_account["nps", period, group]
            pays_nothing = name == weighted[1] and value is None
            assert same(value, own) or pays_nothing, "alone, an account weighs nothing but itself"
        assert value is None or -100 <= value <= 100
    for row in company.ask(*weighted, by=("account_id",), **MONTHS):
        if row["options"]["weighting"] == "revenue" or row["by"]["account_id"] is not None:
            assert row["lower"] is row["upper"] is None, "weights so uneven, or a single account, tell no range"
        elif row["lower"] is not None:
            assert row["lower"] <= row["value"] <= row["upper"]


def test_a_person_counts_once_and_with_the_latest_word(company: Books) -> None:
    inside = internal(company)
    for month, end in ends(company).items():
        latest: dict[str, dict[str, Any]] = {}
        start = end - 90 * DAY
        for row in sorted(company.tables["survey_responses"], key=lambda row: (row["answered_at"], row["response_id"])):
            asked = row["survey"] == "nps" and row["score"] is not None and row["contact_id"] not in inside
            if asked and start <= row["answered_at"] < end:
                latest[row["contact_id"] or row["response_id"]] = row
        marks = [row["score"] for row in latest.values()]
        row = company.ask("nps(window_days=90)", period=month)[0]
        assert row["n"] == len(marks)
        if marks:
            assert same(row["value"], 100 * (sum(m >= 9 for m in marks) - sum(m <= 6 for m in marks)) / len(marks))


@pytest.mark.parametrize(
    "question",
    [
        {"by": ("team",)},
        {"by": ("employee_id",)},
        {"by": ("team", "role"), "totals": "all"},
        {"where": "team = 'south'"},
    ],
)
def test_of_fewer_than_five_colleagues_nothing_is_shown(company: Books, question: dict[str, Any]) -> None:
    rows = company.ask(
        "enps", "enps(dedupe=none)", "esat", "esat(method=mean)", grain="quarter", period="2023-07..2024-05", **question
    )
    people: dict[Any, set[Any]] = {}
    for row in rows:
        start, end = (datetime.fromisoformat(row[f"period_{edge}"]) for edge in ("start", "end"))
        low, high = (
            edge.replace(tzinfo=ZoneInfo(company.zone)).astimezone(UTC).replace(tzinfo=None) for edge in (start, end)
        )
        team = {e["employee_id"]: e["team"] for e in company.tables["employees"]}
        key = (row["kpi"], row["period"], *row["by"].values())
        people[key] = {
            answer["employee_id"] or answer["response_id"]
            for answer in company.tables["survey_responses"]
            if answer["survey"] == row["kpi"] and answer["score"] is not None and low <= answer["answered_at"] < high
            and row["by"].get("team") in (None, team.get(answer["employee_id"]) or "(unknown)")
            and row["by"].get("employee_id") in (None, answer["employee_id"] or "(unknown)")
            and ("where" not in question or team.get(answer["employee_id"]) == "south")
        }  # fmt: skip
        shown = {name: part for name, part in row["parts"].items() if name != "suppressed"}
        if len(people[key]) < 5:
            assert row["value"] is row["lower"] is row["upper"] is row["n"] is None
            assert not any(part is not None for part in shown.values())
        else:
            assert row["value"] is not None
            assert all(part is not None for part in shown.values())
        assert ("suppressed" in row["flags"]) == (0 < len(people[key]) < 5)
    assert any("suppressed" in row["flags"] for row in rows)


def test_the_best_mark_is_among_the_two_best_and_the_index_weighs_the_good_words(company: Books) -> None:
    found = company.values("csat", "csat(method=top1)", "esat", "esat(method=top1)", **MONTHS)
    for (name, period, group), value in found.items():
        if "top1" in name and value is not None:
            assert value <= (found[name.partition("(")[0], period, group] or 0.0)
    plain = company.values("brand_advocacy", by="account_id", **MONTHS)
    for row in company.ask("brand_advocacy_index", by=("account_id",), **MONTHS):
        parts = row["parts"]
        assert row["value"] == parts["mentions"] + 3 * parts["reviews"] + 5 * parts["referrals"]
        assert plain["brand_advocacy", row["period"], row["by"]["account_id"]] == sum(parts.values())


def test_first_answers_come_from_people_and_in_public(company: Books) -> None:
    found = company.values("first_response_time", by="ticket_id", **EVER)
    expected = {}
    for ticket in tickets(company):
        comments = [row for row in company.tables["ticket_comments"] if row["ticket_id"] == ticket["ticket_id"]]
        answers = [
            row["occurred_at"] for row in comments
            if row["author_kind"] == "agent" and row["is_public"] in (True, None) and row["occurred_at"] >= ticket["created_at"]
        ]  # fmt: skip
        if not comments and ticket["first_response_at"] and ticket["first_response_at"] >= ticket["created_at"]:
            answers = [ticket["first_response_at"]]
        minutes = (min(answers) - ticket["created_at"]) / timedelta(minutes=1) if answers else None
        expected[ticket["ticket_id"]] = minutes
    values = {group: value for (_, _, group), value in found.items() if group is not None}
    assert values.keys() == expected.keys()
    assert all(same(values[ticket], minutes) for ticket, minutes in expected.items())
    assert 10 < sum(value is not None for value in values.values()) < len(values)


def test_each_message_waits_for_the_next_answer(company: Books) -> None:
    found = {
        group: value
        for (_, _, group), value in company.values("response_time(stat=mean)", by="ticket_id", **EVER).items()
    }
    for ticket in tickets(company):
        comments = [row for row in company.tables["ticket_comments"] if row["ticket_id"] == ticket["ticket_id"]]
        answers = sorted(
            row["occurred_at"] for row in comments if row["author_kind"] == "agent" and row["is_public"] in (True, None)
        )
        waits = [
            (next(answer for answer in answers if answer >= row["occurred_at"]) - row["occurred_at"])
            / timedelta(hours=1)
            for row in comments
            if row["author_kind"] == "customer" and answers and answers[-1] >= row["occurred_at"]
        ]
        assert same(found.get(ticket["ticket_id"]), sum(waits) / len(waits) if waits else None), ticket["ticket_id"]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_business_hours_are_those_of_the_schedule_on_the_local_clock(company: Books, schedule: str) -> None:
    for kpi, edge, unit in (("first_response_time", "created_at", 1), ("resolution_time", "solved_at", 60)):
        asked = f'{kpi}(hours=business, schedule="{schedule}")'
        rows = company.ask(asked, kpi, by=("ticket_id",), **EVER)
        values = {row["by"]["ticket_id"]: row["value"] for row in rows if "options" in row}
        elapsed = {row["by"]["ticket_id"]: row["value"] for row in rows if "options" not in row}
        assert any(values.values())
        for ticket in tickets(company):
            began, waited = ticket["created_at"], elapsed.get(ticket["ticket_id"])
            if ticket[edge] is not None and waited is not None:
                ended = began + timedelta(minutes=waited * unit)
                expected = open_minutes(schedule, began, ended, company.zone) / unit
                assert values[ticket["ticket_id"]] == pytest.approx(expected, abs=1e-6), ticket


def open_minutes(schedule: str, began: datetime, ended: datetime, zone: str) -> float:
    """Day by day, what of it lies inside the schedule; on the wall clock."""
    days, hours = schedule.lower().split()
    first, last = (WEEKDAYS.index(day) for day in days.split("-"))
    working = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    opens, closes = (timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in hours.split("-"))
    local = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in (began, ended)]
    total, day = timedelta(), datetime.combine(local[0].date(), time())
    while day <= local[1]:
        if day.weekday() in working:
            total += max(min(local[1], day + closes) - max(local[0], day + opens), timedelta())
        day += DAY
    return total / timedelta(minutes=1)


def test_hours_without_end_are_all_hours_and_no_schedule_is_told(company: Books) -> None:
    asked = 'first_response_time(hours=business, schedule="Mon-Sun 00:00-24:00", stat=mean)'
    found = company.values(asked, "first_response_time(stat=mean)", **MONTHS)
    for (name, period, _), value in found.items():
        if "schedule" in name and company.zone == "UTC":
            assert same(value, found["first_response_time(stat=mean)", period, None])
    plain = company.ask("first_response_time(hours=business)", "first_response_time", **MONTHS)
    assert all(("no_schedule" in row["flags"]) == ("options" in row) for row in plain)


def test_the_backlog_is_what_was_opened_and_not_solved(company: Books) -> None:
    found = company.values("ticket_backlog", **MONTHS)
    for month, end in ends(company).items():
        expected = 0
        for row in tickets(company):
            over = (row["status"] or "open").lower() in ("solved", "closed")
            solved, reopened = row["solved_at"], row["reopened_at"]
            first = row["created_at"] < end and (solved >= end if solved else not over)
            again = bool(solved and reopened and solved <= reopened < end and not over)
            expected += first + again
        assert found["ticket_backlog", month, None] == expected, month


def test_seats_features_and_days_are_those_used_within_the_licence(company: Books) -> None:
    inside = internal(company)
    uses = [u for u in company.tables["usage_events"] if u["contact_id"] not in inside and u["count"] != 0]
    rights = [row for row in company.tables["licences"] if row["feature"] or (row["seats"] or 0) > 0]

    entitled = {row["account_id"] for row in rights if row["feature"]}

    def covered(row: dict[str, Any], at: datetime, live: bool) -> bool:
        start, end = row["started_on"] or datetime.min, row["ended_on"] or datetime.max
        return start < at <= end if live else start <= at < end

    def licensed(use: dict[str, Any], feature: str | None) -> bool:
        own = [r for r in rights if r["account_id"] == use["account_id"] and r["feature"] == feature]
        return any(covered(row, use["occurred_at"], live=False) for row in own)

    def by_right(use: dict[str, Any]) -> bool:
        return use["feature"] is not None and licensed(use, use["feature"])

    def by_seat(use: dict[str, Any]) -> bool:
        beyond = use["feature"] and use["account_id"] in entitled and not by_right(use)
        return licensed(use, None) and not beyond

    adoption, breadth, sticky = (
        {row["period"]: row["parts"] for row in company.ask(name, **MONTHS)}
        for name in ("seat_adoption", "feature_breadth", "stickiness")
    )
    for month, end in ends(company).items():
        recent = [u for u in uses if end - 30 * DAY <= u["occurred_at"] < end]
        live = {(r["account_id"], r["feature"]) for r in rights if covered(r, end, live=True)}
        users = {(u["account_id"], u["contact_id"]) for u in recent if u["contact_id"] and by_seat(u)}
        used = {(u["account_id"], u["feature"]) for u in recent if by_right(u)}
        seats = [r["seats"] or 0 for r in company.tables["licences"] if not r["feature"] and covered(r, end, live=True)]
        assert adoption[month] == {
            "active_users": sum((account, None) in live for account, _ in users),
            "seats": sum(seats),
            "anonymous": 0,
        }
        assert breadth[month] == {"used": len(used & live), "entitled": sum(feature is not None for _, feature in live)}
        if company.zone == "UTC":  # elsewhere 30 days need not begin at a local midnight
            days = {
                (u["account_id"], u["contact_id"], u["occurred_at"].date())
                for u in recent
                if u["contact_id"] and (by_seat(u) or by_right(u))
            }
            assert sticky[month] == {"user_days": len(days), "users": len({user for _, user, _ in days})}


def test_where_nobody_records_licences_all_use_counts(tmp_path: Path) -> None:
    tables = relations(4)
    tables["licences"] = []
    company = Books(tables, tmp_path)
    row = company.ask("stickiness", period="2024-03")[0]
    assert row["value"] is not None
    assert 0 < row["value"] <= 1
    assert company.ask("seat_adoption", period="2024-03")[0]["value"] is None
    company.session.close()
