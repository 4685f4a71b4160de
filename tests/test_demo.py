"""The sample company: every entity is there, and every planted story shows in the raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accountlens.demo import Story, generate, story

COLUMNS = {
    "accounts": "account_id name domain parent_account_id industry region country segment tier owner_id employees annual_revenue fit_score currency created_at",
    "account_history": "account_id attribute value valid_from valid_to",
    "account_list_members": "account_id list group joined_at left_at",
    "contacts": "contact_id account_id email name title seniority buying_role created_at is_internal",
    "employees": "employee_id name email team role manager_id",
    "activities": "activity_id occurred_at kind account_id contact_id employee_id direction channel campaign_id opportunity_id session_id message_id minutes status is_automated is_bot",
    "campaigns": "campaign_id name channel program started_on ended_on",
    "costs": "cost_id spent_on amount currency category function campaign_id program",
    "leads": "lead_id created_at email account_id contact_id source score became_mql_at became_sql_at budget authority need timeline converted_at owner_id",
    "account_stage_events": "account_id stage occurred_at source",
    "opportunities": "opportunity_id status created_at account_id name stage amount currency probability closed_at qualified_at type owner_id source campaign_id product_id",
    "opportunity_history": "opportunity_id changed_at stage amount probability owner_id",
    "opportunity_contacts": "opportunity_id contact_id role",
    "products": "product_id name category list_price",
    "product_eligibility": "product_id account_id segment potential",
    "subscriptions": "subscription_id account_id started_on ended_on mrr price quantity discount billing_months product_id seats currency cancelled_at",
    "contracts": "contract_id account_id started_on ends_on value currency decision decided_at renewed_value",
    "orders": "order_id account_id ordered_at amount line_id currency product_id quantity source kind",
    "usage_events": "account_id occurred_at contact_id feature count",
    "licences": "account_id feature seats started_on ended_on",
    "tickets": "ticket_id created_at account_id contact_id priority first_response_at solved_at reopened_at status",
    "ticket_comments": "ticket_id occurred_at author_kind is_public",
    "survey_responses": "response_id survey answered_at score scale_min scale_max account_id contact_id employee_id comment",
    "survey_invitations": "invitation_id survey sent_at account_id contact_id delivered",
    "advocacy_events": "event_id occurred_at kind account_id sentiment rating valid_until",
    "goals": "goal_id account_id name baseline target set_on due_on achieved_on actual",
    "goal_progress": "goal_id measured_on actual",
    "quotas": "employee_id period_start period_end amount currency",
    "fx_rates": "rate_date from_currency to_currency rate",
}
KEYS = {
    "account_id": "accounts",
    "parent_account_id": "accounts",
    "contact_id": "contacts",
    "employee_id": "employees",
    "owner_id": "employees",
    "manager_id": "employees",
    "campaign_id": "campaigns",
    "opportunity_id": "opportunities",
    "product_id": "products",
    "ticket_id": "tickets",
    "goal_id": "goals",
}
TOUCH = (
    "(kind IN ('call', 'meeting', 'message', 'chat', 'email_replied') OR (kind = 'email_sent' AND NOT is_automated))"
)
POINTS = """CASE kind WHEN 'page_view' THEN 1 WHEN 'email_opened' THEN 0.5 WHEN 'email_clicked' THEN 2
    WHEN 'email_replied' THEN 5 WHEN 'content_downloaded' THEN 5 WHEN 'form_submitted' THEN 5 WHEN 'event_registered' THEN 2
    WHEN 'event_attended' THEN 10 WHEN 'social_interaction' THEN 1 WHEN 'ad_clicked' THEN 1 WHEN 'chat' THEN 3
    WHEN 'message' THEN 2 WHEN 'call' THEN 8 WHEN 'meeting' THEN 15 ELSE 0 END"""
EURO = "CASE currency WHEN 'USD' THEN 0.92 WHEN 'GBP' THEN 1.16 ELSE 1 END"

Ask = Callable[..., list[tuple[Any, ...]]]


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """A view per file, with its columns as they are written."""
    connection = duckdb.connect()
    for file in sorted((folder / "data").iterdir()):
        reader = f"read_csv('{file}', all_varchar = true, header = true)" if file.suffix == ".csv" else f"'{file}'"
        connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM {reader}")
    return connection


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The default company as Parquet, which is the CSV without its faults, and the rows reported."""
    folder = tmp_path_factory.mktemp("company")
    return folder, generate(folder, file_format="parquet")


@pytest.fixture(scope="module")
def ask(clean: tuple[Path, dict[str, int]]) -> Iterator[Ask]:
    """Plain SQL over the default company."""
    with opened(clean[0]) as connection:
        connection.execute(f"""
            CREATE TABLE mrr AS
            SELECT month, account_id, sum(coalesce(mrr, price * quantity * (1 - discount) / billing_months) * {EURO}) AS mrr
            FROM (SELECT unnest(generate_series(DATE '2023-10-01', DATE '2026-10-01', INTERVAL 1 MONTH)) AS month)
            JOIN subscriptions ON started_on < month AND (ended_on IS NULL OR ended_on >= month) GROUP BY ALL""")
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def told() -> Story:
    return story()


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default company as CSV."""
    folder = tmp_path_factory.mktemp("dirty")
    generate(folder)
    return folder


@pytest.fixture(scope="module")
def ask_dirty(dirty: Path) -> Iterator[Ask]:
    with opened(dirty) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def one(rows: list[tuple[Any, ...]]) -> Any:
    return rows[0][0]


# What is written


def test_every_entity_is_written_with_exactly_its_columns(dirty: Path, ask: Ask, ask_dirty: Ask) -> None:
    for entity, columns in COLUMNS.items():
        for asked in (ask, ask_dirty):
            assert [row[0] for row in asked(f"DESCRIBE {entity}")] == columns.split(), entity
    assert {file.stem for file in (dirty / "data").iterdir()} == set(COLUMNS)


def test_the_sizes_are_those_of_a_mid_size_company(clean: tuple[Path, dict[str, int]], ask: Ask) -> None:
    rows = clean[1]
    assert rows["accounts"] == 400
    assert 2_500 <= rows["contacts"] <= 4_000
    assert 120_000 <= rows["activities"] <= 200_000
    assert 1_500 <= rows["opportunities"] <= 2_500
    assert min(rows.values()) == rows["products"] == 7
    for entity, count in rows.items():
        assert one(ask(f"SELECT count(*) FROM {entity}")) == count


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        generate(tmp_path / name, seed=seed, accounts=60, months=12)
    for file in sorted((tmp_path / "one").rglob("*.*")):
        again = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.read_bytes() == again.read_bytes(), file.name
    different = (tmp_path / "other/data/activities.csv").read_bytes()
    assert different != (tmp_path / "one/data/activities.csv").read_bytes()


def test_both_formats_hold_the_same_company(tmp_path: Path) -> None:
    generate(tmp_path / "csv", accounts=60, months=12)
    generate(tmp_path / "parquet", accounts=60, months=12, file_format="parquet")
    sql = "SELECT opportunity_id, status, account_id, name FROM opportunities WHERE amount IS DISTINCT FROM '1.00' AND opportunity_id NOT LIKE '%-x' ORDER BY ALL"
    with opened(tmp_path / "csv") as csv, opened(tmp_path / "parquet") as parquet:
        assert (
            csv.execute(sql).fetchall()
            == parquet.execute(sql.replace("amount IS DISTINCT FROM '1.00' AND", "")).fetchall()
        )


@pytest.mark.parametrize(("accounts", "activities"), [(40, None), (50, 60_000), (800, 30_000)])
def test_the_size_follows_the_numbers_asked_for(tmp_path: Path, accounts: int, activities: int | None) -> None:
    rows = generate(
        tmp_path,
        accounts=accounts,
        months=9,
        activities=activities,
        ends=date(2025, 4, 1),
        file_format="parquet",
    )
    assert rows["accounts"] == accounts
    assert rows["activities"] == pytest.approx(activities or 9.6 * 9 * accounts, rel=0.1)
    assert set(rows) == set(COLUMNS)
    with opened(tmp_path) as connection:
        assert connection.execute(
            "SELECT min(occurred_at)::DATE, max(occurred_at)::DATE FROM activities"
        ).fetchall() == [(date(2024, 7, 1), date(2025, 3, 31))]


def test_a_company_may_end_inside_a_month(tmp_path: Path) -> None:
    generate(tmp_path, accounts=60, months=12, ends=date(2026, 7, 16), file_format="parquet")
    ends = {
        "activities": "occurred_at",
        "tickets": "solved_at",
        "opportunities": "closed_at",
        "usage_events": "occurred_at",
        "survey_responses": "answered_at",
        "orders": "ordered_at",
        "costs": "spent_on",
    }
    with opened(tmp_path) as connection:
        for entity, column in ends.items():
            latest = connection.execute(f"SELECT max({column})::DATE FROM {entity}").fetchall()[0][0]
            assert date(2026, 6, 1) < latest < date(2026, 7, 16), entity


def test_too_small_a_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too small"):
        generate(tmp_path, accounts=3)


def test_references_lead_to_rows_that_exist(ask: Ask) -> None:
    for entity, columns in COLUMNS.items():
        for column in KEYS.keys() & set(columns.split()):
            target = KEYS[column]
            key = COLUMNS[target].split()[0]
            lost = one(ask(f"SELECT count(*) FROM {entity} WHERE {column} NOT IN (SELECT {key} FROM {target})"))
            assert lost == 0, (entity, column)


def test_keys_are_unique_and_nothing_happens_after_the_end(ask: Ask) -> None:
    for entity, columns in COLUMNS.items():
        key = columns.split()[0]
        if KEYS.get(key) in (entity, None) and key not in ("rate_date", "opportunity_id", "order_id"):
            assert one(ask(f"SELECT count(*) - count(DISTINCT {key}) FROM {entity}")) == 0, entity
    assert one(ask("SELECT count(*) FROM opportunity_history WHERE changed_at >= '2026-10-01'")) == 0
    assert one(ask("SELECT count(*) FROM ticket_comments WHERE occurred_at >= '2026-10-01'")) == 0


def test_groups_have_no_circles(ask: Ask) -> None:
    deepest = ask("""
        WITH RECURSIVE up AS (
            SELECT account_id, parent_account_id, 1 AS level FROM accounts WHERE parent_account_id IS NOT NULL
            UNION ALL SELECT up.account_id, a.parent_account_id, level + 1 FROM up JOIN accounts a ON a.account_id = up.parent_account_id
            WHERE a.parent_account_id IS NOT NULL AND level < 9)
        SELECT max(level), count(DISTINCT account_id) FROM up""")
    assert deepest == [(2, 66)]


# Faulty rows


def test_faults_are_few_and_the_story_counts_them(
    dirty: Path, clean: tuple[Path, dict[str, int]], ask_dirty: Ask
) -> None:
    planted: dict[str, int] = {}
    for line in (dirty / "STORY.md").read_text().split("## Faulty rows")[1].splitlines()[4:]:
        table, _, rows, _ = line.strip("| ").split(" | ")
        planted[table] = planted.get(table, 0) + int(rows)
    for entity, good in clean[1].items():
        assert one(ask_dirty(f"SELECT count(*) FROM {entity}")) == good + planted.get(entity, 0)
    assert sum(planted.values()) < 0.003 * sum(clean[1].values())


@pytest.mark.parametrize(
    "fault",
    [
        "activities WHERE activity_id IS NULL",
        "activities WHERE occurred_at IS NOT NULL AND TRY_CAST(occurred_at AS TIMESTAMP) IS NULL",
        "activities WHERE minutes IS NOT NULL AND TRY_CAST(minutes AS DOUBLE) IS NULL",
        "activities WHERE account_id NOT IN (SELECT account_id FROM accounts)",
        "(SELECT activity_id FROM activities WHERE activity_id IS NOT NULL GROUP BY ALL HAVING count(*) > 1)",
        "(SELECT opportunity_id FROM opportunities GROUP BY ALL HAVING count(DISTINCT amount) > 1)",
        "opportunities WHERE TRY_CAST(amount AS DOUBLE) < 0",
        "opportunities WHERE status NOT IN ('open', 'won', 'lost', 'disqualified')",
        "opportunities WHERE currency NOT IN (SELECT from_currency FROM fx_rates UNION SELECT to_currency FROM fx_rates)",
        "opportunities WHERE TRY_CAST(closed_at AS TIMESTAMP) < TRY_CAST(created_at AS TIMESTAMP)",
        "subscriptions WHERE TRY_CAST(started_on AS DATE) IS NULL",
        "subscriptions WHERE TRY_CAST(ended_on AS DATE) < TRY_CAST(started_on AS DATE)",
        "orders WHERE currency = 'SEK'",
        "survey_responses WHERE TRY_CAST(score AS DOUBLE) NOT BETWEEN scale_min::DOUBLE AND scale_max::DOUBLE",
        "survey_responses WHERE survey NOT IN ('nps', 'csat', 'ces', 'enps', 'esat')",
        "account_list_members WHERE TRY_CAST(left_at AS TIMESTAMP) < TRY_CAST(joined_at AS TIMESTAMP)",
    ],
)
def test_the_csv_files_hold(ask_dirty: Ask, fault: str) -> None:
    assert 1 <= one(ask_dirty(f"SELECT count(*) FROM {fault}")) <= 130


def test_some_activities_arrive_months_late(ask: Ask) -> None:
    late = one(
        ask("""
        SELECT avg((occurred_at < newest - INTERVAL 32 DAY)::INT)
        FROM (SELECT occurred_at, max(occurred_at) OVER (ORDER BY activity_id) AS newest FROM activities)""")
    )
    assert 0.002 < late < 0.01


# Stories


def by_group(ask: Ask, told: Story, measure: str, day: str) -> dict[tuple[str, bool], float]:
    """A measure of the opportunities of each group, before and after the program began."""
    rows = ask(
        f"""
        SELECT "group", {day} >= ? AS after, {measure}
        FROM opportunities JOIN account_list_members USING (account_id)
        WHERE list = 'target' AND type <> 'renewal' AND {day} >= '2023-10-01' GROUP BY 1, 2""",
        told.program_from,
    )
    return {(group, after): float(value) for group, after, value in rows}


def test_the_program_lifts_its_group_against_control(ask: Ask, told: Story) -> None:
    decided = "count(*) FILTER (status = 'won') / count(*) FILTER (status IN ('won', 'lost'))"
    rate = by_group(ask, told, decided, "closed_at")
    sold = by_group(ask, told, f"sum(amount * {EURO}) FILTER (status = 'won' AND type <> 'renewal')", "closed_at")
    gain = {
        group: sold[group, True] / len(accounts) / 12 - sold[group, False] / len(accounts) / 24
        for group, accounts in (("target", told.treated), ("control", told.control))
    }
    assert rate["target", True] > rate["target", False] + 0.08
    assert rate["target", True] > rate["control", True] + 0.08
    assert abs(rate["target", False] - rate["control", False]) < 0.08
    assert gain["target"] > gain["control"] + 500  # euro a month and account


def test_the_program_raises_pipeline_against_control(ask: Ask, told: Story) -> None:
    made = by_group(ask, told, f"sum(amount * {EURO})", "created_at")
    assert made["target", True] / made["target", False] > 1.25 * made["control", True] / made["control", False]
    reached = ask("""
        SELECT DISTINCT "group" FROM activities JOIN campaigns USING (campaign_id)
        JOIN account_list_members USING (account_id) WHERE program = 'Lighthouse' AND list = 'target'""")
    assert reached == [("target",)]


def test_accounts_cool_off_before_they_leave(ask: Ask, told: Story) -> None:
    assert len(told.cooled) == 25
    leaving = ", ".join(f"('{row.account_id}', DATE '{row.leaves_on}')" for row in told.cooled)
    cold = f"(SELECT * FROM (VALUES {leaving}) AS v(account_id, leaves_on))"

    def a_month(table: str, column: str, value: str, first: int, last: int) -> float:
        """In the months from `first` to `last` before the end."""
        return float(
            one(
                ask(f"""
            SELECT {value} FROM {table} JOIN {cold} USING (account_id)
            WHERE date_diff('month', {column}, leaves_on) BETWEEN {last} AND {first}""")
            )
            or 0
        )

    per_month = "count(*) / (1 + {} - {})"
    touches = [
        a_month(f"(SELECT * FROM activities WHERE {TOUCH})", "occurred_at", per_month.format(*span), *span)
        for span in ((12, 6), (2, 1))
    ]
    usage = [a_month("usage_events", "occurred_at", per_month.format(*span), *span) for span in ((12, 6), (2, 1))]
    tickets = [a_month("tickets", "created_at", per_month.format(*span), *span) for span in ((12, 6), (2, 1))]
    nps = [
        a_month("(SELECT * FROM survey_responses WHERE survey = 'nps')", "answered_at", "avg(score)", *span)
        for span in ((12, 6), (2, 1))
    ]
    assert touches[1] < 0.6 * touches[0]
    assert usage[1] < 0.4 * usage[0]
    assert tickets[1] > 2 * tickets[0]
    assert nps[1] < nps[0] - 1.2
    gone = ask(
        "SELECT count(*) FROM subscriptions WHERE account_id IN (SELECT unnest(?)) AND ended_on IS NULL",
        [row.account_id for row in told.cooled],
    )
    assert gone == [(0,)]


def test_some_customers_are_cooling_off_as_the_data_ends(ask: Ask, told: Story) -> None:
    assert len(told.cooling_now) == 6
    ids = [row.account_id for row in told.cooling_now]
    used = ask(
        "SELECT occurred_at >= '2026-08-01', count(*) / if(occurred_at >= '2026-08-01', 2, 6) FROM usage_events WHERE account_id IN (SELECT unnest(?)) AND occurred_at >= '2025-10-01' AND date_trunc('month', occurred_at) NOT IN ('2026-04-01', '2026-05-01', '2026-06-01', '2026-07-01') GROUP BY 1 ORDER BY 1",
        ids,
    )
    assert used[1][1] < 0.6 * used[0][1]


def test_customers_who_left_come_back(ask: Ask, told: Story) -> None:
    assert len(told.returned) >= 4
    for account in told.returned:
        months = [row[0] for row in ask("SELECT month::DATE FROM mrr WHERE account_id = ? ORDER BY 1", account)]
        gaps = [(later.year - sooner.year) * 12 + later.month - sooner.month for sooner, later in pairwise(months)]
        assert max(gaps, default=2) > 1


def test_december_and_august_are_quiet(ask: Ask) -> None:
    rows = dict(ask(f"SELECT month(occurred_at), count(*) FROM activities WHERE {TOUCH} GROUP BY 1"))
    usual = sum(rows.values()) / 12
    assert max(rows[12], rows[8]) < 0.8 * usual
    assert min(rows[3], rows[9], rows[6]) > usual


def test_people_work_on_weekdays_in_daytime(ask: Ask) -> None:
    assert (
        one(ask("SELECT avg((isodow(occurred_at) < 6)::INT) FROM activities WHERE kind IN ('call', 'meeting')")) > 0.97
    )
    assert (
        one(
            ask(
                "SELECT avg((hour(occurred_at) BETWEEN 6 AND 17)::INT) FROM activities JOIN accounts USING (account_id) WHERE kind IN ('call', 'meeting') AND region = 'DACH'"
            )
        )
        > 0.9
    )


def test_the_reorganisation_moves_owners_and_quiets_them(ask: Ask, told: Story) -> None:
    moved = ask(
        "SELECT account_id FROM account_history WHERE attribute = 'owner_id' AND valid_to = ?",
        told.reorganised_on,
    )
    assert {row[0] for row in moved} <= set(told.moved)
    assert 0.35 < len(moved) / 400 < 0.55
    rows = ask(
        f"""
        SELECT account_id IN (SELECT unnest(?)) AS moved, count(*) FILTER (occurred_at >= ?) / count(*) FILTER (occurred_at < ?)
        FROM activities WHERE {TOUCH} AND opportunity_id IS NULL AND occurred_at >= ?::DATE - INTERVAL 60 DAY AND occurred_at < ?::DATE + INTERVAL 59 DAY
        GROUP BY 1 ORDER BY 1""",
        list(told.moved),
        *[told.reorganised_on] * 4,
    )
    assert rows[1][1] < 0.65 * rows[0][1]
    current = "SELECT count(*) FROM accounts JOIN account_history h USING (account_id) WHERE attribute = 'owner_id' AND valid_to IS NULL AND value <> owner_id"
    assert one(ask(current)) == 0


def test_large_accounts_buy_more_and_decide_slower(ask: Ask) -> None:
    rows = ask(
        f"SELECT tier, avg(date_diff('day', created_at, closed_at)), avg(amount * {EURO}) FROM opportunities JOIN (SELECT account_id, tier FROM accounts) USING (account_id) WHERE status = 'won' AND type = 'new_business' GROUP BY 1 ORDER BY 1"
    )
    (_, days_a, size_a), (_, days_b, size_b), (_, days_c, size_c) = rows
    assert 90 < days_a < 150
    assert 55 < days_b < 90
    assert 30 < days_c < 55
    assert size_a > 2 * size_b > 4 * size_c


def test_some_accounts_are_hot_and_most_are_not(ask: Ask) -> None:
    rows = ask(f"""
        WITH months AS (SELECT unnest(generate_series(DATE '2024-02-01', DATE '2026-10-01', INTERVAL 1 MONTH)) AS month),
        events AS (SELECT account_id, contact_id, occurred_at, {POINTS} AS points FROM activities WHERE NOT is_bot),
        scores AS (
            SELECT month, account_id, sum(points) AS raw, count(DISTINCT contact_id) FILTER (points > 0) AS people,
                   sum(points * power(2, -date_diff('day', occurred_at, month) / 30)) AS decayed
            FROM months JOIN events ON occurred_at < month AND occurred_at >= month - INTERVAL 90 DAY GROUP BY ALL)
        SELECT month, count(*) FILTER (raw >= 100 AND people >= 2 AND fit_score >= 50) / 400, count(*) FILTER (decayed >= 10) / (SELECT count(*) FROM accounts WHERE created_at < month)
        FROM scores JOIN accounts USING (account_id) GROUP BY 1""")
    assert all(0.04 < hot < 0.25 for _, hot, _ in rows)
    assert all(0.35 < engaged < 0.75 for _, _, engaged in rows)


def test_sales_accepts_a_part_of_what_marketing_hands_over(ask: Ask) -> None:
    stages = dict(ask("SELECT stage, count(*) FROM account_stage_events GROUP BY 1"))
    assert stages["mqa"] > 6 * 36
    assert 0.4 < stages["sqa"] / stages["mqa"] < 0.65
    assert 0.1 < stages["rejected"] / stages["mqa"] < 0.3


def test_a_bad_release_hurts_support_and_voice(ask: Ask, told: Story) -> None:
    inside = f"BETWEEN TIMESTAMP '{told.incident_from}' AND TIMESTAMP '{told.incident_until}'"
    tickets = dict(
        ask(
            f"SELECT created_at {inside}, median(date_diff('minute', created_at, first_response_at)) FROM tickets GROUP BY 1"
        )
    )
    nps = dict(
        ask(
            f"SELECT answered_at {inside}, 100 * (avg((score >= 9)::INT) - avg((score <= 6)::INT)) FROM survey_responses WHERE survey = 'nps' GROUP BY 1"
        )
    )
    assert tickets[True] > 1.5 * tickets[False]
    assert nps[True] < nps[False] - 12


def test_the_new_product_leads_the_cross_sell(ask: Ask, told: Story) -> None:
    rows = ask(
        "SELECT product_id, count(*), min(closed_at)::DATE FROM opportunities WHERE type = 'cross_sell' AND status = 'won' GROUP BY 1 ORDER BY 2 DESC"
    )
    assert rows[0][0] == "P05"
    assert rows[0][2] >= told.launched_on


def test_sales_is_unhappy_after_the_reorganisation(ask: Ask) -> None:
    rows = dict(
        ask(
            "SELECT answered_at BETWEEN '2026-01-01' AND '2026-07-01', avg(score) FROM survey_responses JOIN employees USING (employee_id) WHERE survey = 'enps' AND team = 'Sales' GROUP BY 1"
        )
    )
    assert rows[True] < rows[False] - 0.5
    assert one(ask("SELECT count(*) FROM employees WHERE team = 'Finance'")) == 4


# Numbers like those of a real company


def test_recurring_revenue_is_that_of_a_healthy_company(ask: Ask) -> None:
    arr = 12 * one(ask("SELECT sum(mrr) FROM mrr WHERE month = '2026-10-01'"))
    nrr, grr, churned = ask("""
        SELECT sum(now) / sum(old), sum(least(now, old)) / sum(old), avg((now = 0)::INT) / 12
        FROM (SELECT a.mrr AS old, coalesce(b.mrr, 0) AS now FROM mrr a
              LEFT JOIN mrr b ON b.account_id = a.account_id AND b.month = a.month + INTERVAL 12 MONTH
              WHERE a.month <= '2025-10-01')""")[0]
    assert 17e6 < arr < 23e6
    assert 1.05 < nrr < 1.15
    assert 0.88 < grr < 0.94
    assert churned < 0.012


def test_contracts_and_subscriptions_tell_the_same(ask: Ask) -> None:
    """Each lost contract ends a customer; each renewed one is followed by the next at the renewed value."""
    assert (
        one(
            ask(
                "SELECT count(*) FROM contracts c WHERE decision = 'lost' AND ends_on < '2026-10-01' AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.account_id = c.account_id AND s.started_on <= c.ends_on AND (s.ended_on IS NULL OR s.ended_on > c.ends_on))"
            )
        )
        == 0
    )
    wrong = ask("""
        SELECT count(*) FROM contracts a LEFT JOIN contracts b ON b.account_id = a.account_id AND b.started_on = a.ends_on
        WHERE a.decision = 'renewed' AND a.ends_on < '2026-10-01' AND (b.value IS NULL OR abs(b.value - a.renewed_value) > 0.02)""")
    assert one(wrong) == 0
    kept = one(
        ask(
            "SELECT avg((decision = 'renewed')::INT) FROM contracts WHERE ends_on BETWEEN '2023-10-01' AND '2026-09-01'"
        )
    )
    assert 0.85 < kept < 0.96


def test_sales_numbers_are_plausible(ask: Ask) -> None:
    won = one(
        ask(
            "SELECT count(*) FILTER (status = 'won') / count(*) FILTER (status IN ('won', 'lost')) FROM opportunities WHERE closed_at >= '2023-10-01'"
        )
    )
    assert 0.24 < won < 0.32
    new = "(SELECT account_id, min(closed_at) AS since FROM opportunities WHERE status = 'won' GROUP BY 1)"
    cac = one(
        ask(
            f"SELECT sum(amount * {EURO}) / (SELECT count(*) FROM {new} WHERE since >= '2024-10-01') FROM costs WHERE function <> 'success' AND spent_on >= '2024-10-01'"
        )
    )
    arpa = one(ask("SELECT avg(mrr) FROM mrr WHERE month >= '2024-10-01'"))
    lost = one(
        ask(
            "SELECT avg((b.mrr IS NULL)::INT) FROM mrr a LEFT JOIN mrr b ON b.account_id = a.account_id AND b.month = a.month + INTERVAL 1 MONTH WHERE a.month BETWEEN '2024-10-01' AND '2026-09-01'"
        )
    )
    assert 2.5 < arpa * 0.78 / lost / cac < 5.5
    attained = one(
        ask(
            f"SELECT sum(amount * {EURO}) FILTER (status = 'won' AND closed_at >= '2023-10-01') / (SELECT sum(amount) FROM quotas) FROM opportunities"
        )
    )
    assert 0.75 < attained < 1.1


def test_customers_say_plausible_things(ask: Ask) -> None:
    nps, csat = ask(
        "SELECT 100 * (avg((score >= 9)::INT) FILTER (survey = 'nps') - avg((score <= 6)::INT) FILTER (survey = 'nps')), avg((score >= 4)::INT) FILTER (survey = 'csat') FROM survey_responses"
    )[0]
    assert 18 < nps < 42
    assert 0.78 < csat < 0.92


def test_the_settings_name_the_data(dirty: Path) -> None:
    text = (dirty / "accountlens.yaml").read_text()
    for line in (
        "time_zone: Europe/Berlin",
        "currency: EUR",
        "business_hours: Mon-Fri 09:00-17:00",
        "buying_group_coverage: {buying_roles: [decision_maker, economic_buyer, champion]}",
        "files: {type: files, path: data}",
    ):
        assert line in text


def test_the_story_names_accounts_that_exist(ask: Ask, told: Story) -> None:
    known = dict(ask("SELECT account_id, name FROM accounts"))
    assert {row.account_id: row.name for row in told.cooled}.items() <= known.items()
    assert set(told.treated) | set(told.control) | set(told.left_suddenly) <= known.keys()
    assert all(name in told.text() for name in (row.name for row in told.cooling_now))
