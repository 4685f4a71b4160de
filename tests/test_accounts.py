"""Which account a row belongs to, what its money is worth, who stands above it, and what it was when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountlens.accounts.currency import iso_codes
from accountlens.accounts.domains import free_mail_hosts
from accountlens.accounts.hierarchy import TOPS, find_tops
from accountlens.accounts.history import history_sql
from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import Settings
from accountlens.refresh import Prepared, land_sources, prepare, workbench
from accountlens.sources.staging import QUARANTINE

ENTITIES, _ = load_entities([BUILT_IN])
NOW = datetime(2024, 6, 30, 12)


class Company:
    """Entities made of CSV texts, in the connection's own tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection, done: Prepared) -> None:
        self.con, self.done = con, done

    def rows(self, columns: str, table: str) -> list[tuple[Any, ...]]:
        return self.con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()

    def reasons(self) -> list[str]:
        return [row[0] for row in self.con.execute(f"SELECT reason FROM {QUARANTINE} ORDER BY 1").fetchall()]


Make = Callable[..., Company]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Make]:
    with workbench() as con:

        def make(currency: str = "EUR", zone: str = "UTC", **tables: str) -> Company:
            data = tmp_path / "data"
            data.mkdir()
            for name, text in tables.items():
                (data / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
            told = Settings.model_validate(
                {"currency": currency, "time_zone": zone, "sources": {"files": {"path": "data"}}}
            )
            landed = land_sources(con, told, tmp_path, lambda what, done, total: None)
            return Company(con, prepare(con, tmp_path, told, ENTITIES, landed, NOW))

        yield make


ACCOUNTS = """
    account_id,name,domain
    a1,Acme,acme.com
    a2,Bolt,https://www.bolt.io/about
    a3,Twin one,twin.com
    a4,Twin two,TWIN.com
    a5,Shop,gmail.com
    """
CONTACTS = "contact_id,account_id\n c1,a1\n c2,gone\n c3,\n"


def test_a_row_belongs_to_the_account_it_names_else_to_that_of_its_contact(company: Make) -> None:
    tickets = """
        ticket_id,created_at,account_id,contact_id
        t1,2024-01-01,a2,c1
        t2,2024-01-01,gone,c1
        t3,2024-01-01,,c1
        t4,2024-01-01,gone,c2
        t5,2024-01-01,,c3
        t6,2024-01-01,,
        t7,2024-01-01,A1,
        """
    made = company(accounts=ACCOUNTS, contacts=CONTACTS, tickets=tickets)
    assert made.rows("ticket_id, account_id, account_id_given", "tickets") == [
        ("t1", "a2", "a2"), ("t2", "a1", "gone"), ("t3", "a1", None), ("t4", None, "gone"), ("t5", None, None),
        ("t6", None, None), ("t7", None, "A1"),
    ]  # fmt: skip
    assert made.rows("contact_id, account_id, account_id_given", "contacts") == [
        ("c1", "a1", "a1"), ("c2", None, "gone"), ("c3", None, None),
    ]  # fmt: skip
    assert made.done.unmatched == {"contacts": 2, "tickets": 4}
    assert made.done.balance["tickets"].accepted == 7


def test_a_column_may_have_any_name(company: Make) -> None:
    tier, kind = 'tier "now"', 'kind of "ticket"'
    tier_cell, kind_cell = (name.replace('"', '""') for name in (tier, kind))
    made = company(
        accounts=f'account_id,name,"{tier_cell}"\na1,Acme,A\n',
        tickets=f'ticket_id,created_at,account_id,"{kind_cell}"\nt1,2024-01-01,a1,bug\n',
        account_history=f'account_id,attribute,value,valid_from,valid_to\na1,"{tier_cell}",B,2023-01-01,2024-01-01\n',
    )
    quoted = ['"' + name.replace('"', '""') + '"' for name in (tier, kind)]
    assert made.rows(f"account_id, {quoted[0]}", "accounts") == [("a1", "A")]
    assert made.rows(f"account_id, {quoted[1]}", "tickets") == [("a1", "bug")]
    assert made.rows("attribute, value", "account_attributes") == [(tier, "A"), (tier, "B")]


@pytest.mark.parametrize(
    ("email", "account"),
    [
        ("Bob@ACME.com", "a1"), ("bob@bolt.io", "a2"), ("bob@mail.acme.com", "a1"), ("bob@twin.com", None),
        ("bob@gmail.com", None), ("acme.com", None), ("@acme.com", None), ("a@acme.com@b", None), ("", None),
    ],
)  # fmt: skip
def test_a_lead_belongs_to_the_only_account_of_its_domain(company: Make, email: str, account: str | None) -> None:
    leads = f"lead_id,created_at,email,contact_id,account_id\nl1,2024-01-01,{email},,\nl2,2024-01-01,{email},c1,a2\n"
    made = company(accounts=ACCOUNTS, contacts=CONTACTS, leads=leads)
    assert made.rows("lead_id, account_id", "leads") == [("l1", account), ("l2", "a2")]


def test_leads_without_contacts_are_still_matched_by_domain(company: Make) -> None:
    made = company(accounts=ACCOUNTS, leads="lead_id,created_at,email\nl1,2024-01-01,bob@acme.com\n")
    assert made.rows("account_id", "leads") == [("a1",)]


def test_where_no_accounts_are_known_the_given_ids_stand(company: Make) -> None:
    made = company(orders="order_id,account_id,ordered_at,amount\no1,x9,2024-01-01,5\n")
    assert made.rows("account_id, account_id_given", "orders") == [("x9", "x9")]


def test_rows_that_are_about_no_account_are_not_missing_one(company: Make) -> None:
    answers = """
        response_id,survey,answered_at,score
        r1,enps,2024-01-01,5
        r2,nps,2024-01-01,5
        """
    made = company(
        accounts=ACCOUNTS,
        survey_responses=answers,
        product_eligibility="product_id,account_id,segment\np,,small\np,a1,\np,gone,\n",
    )
    assert made.done.unmatched == {"survey_responses": 1, "product_eligibility": 1}


def test_an_account_without_a_name_is_called_by_its_id(company: Make) -> None:
    made = company(accounts="account_id,name\na1,\na2,Bolt\n")
    assert made.rows("account_id, name", "accounts") == [("a1", "a1"), ("a2", "Bolt")]


def test_everything_stands_under_its_topmost_account_and_circles_are_broken(company: Make) -> None:
    accounts = """
        account_id,name,parent_account_id
        a,A,
        b,B,a
        c,C,b
        d,D,gone
        e,E,f
        f,F,g
        g,G,e
        h,H,g
        i,I,h
        s,S,s
        """
    made = company(accounts=accounts)
    assert dict(made.rows("account_id, ultimate_parent_id", "accounts")) == {
        "a": "a", "b": "a", "c": "a", "d": "d", "e": "e", "f": "f", "g": "g", "h": "g", "i": "g", "s": "s",
    }  # fmt: skip
    warnings = " ".join(problem.what for problem in made.done.warnings)
    assert "'e', 'f', 'g', 's'" in warnings
    assert "'gone'" in warnings
    assert made.rows("parent_account_id", "accounts WHERE account_id = 'd'") == [("gone",)]


@settings(max_examples=60, deadline=None)
@given(parents=st.lists(st.integers(-1, 7), min_size=1, max_size=8))
def test_tops_are_what_walking_up_finds(parents: list[int]) -> None:
    """The same rule as a loop: up until there is no parent, or a member of a circle."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE tree (account_id VARCHAR, parent_account_id VARCHAR)")
        rows = [(str(place), None if up < 0 else str(up)) for place, up in enumerate(parents)]
        con.executemany("INSERT INTO tree VALUES (?, ?)", rows)
        find_tops(con, "tree")
        found = {int(key): int(top) for key, top in con.execute(f"SELECT * FROM {TOPS}").fetchall()}
    above = {place: up for place, up in enumerate(parents) if 0 <= up < len(parents)}

    def in_circle(start: int) -> bool:
        at = start
        for _ in parents:
            at = above.get(at, -1)
            if at == start:
                return True
        return False

    def top(place: int) -> int:
        while place in above and not in_circle(place):
            place = above[place]
        return place

    assert found == {place: top(place) for place in range(len(parents))}


RATES = """
    rate_date,from_currency,to_currency,rate
    2024-01-01,USD,EUR,0.9
    2024-02-01,USD,EUR,0.8
    2024-01-15,EUR,USD,4
    2024-01-01,eur,GBP,0.5
    2024-01-01,CHF,USD,2
    2024-03-01,SEK,EUR,0
    """


@pytest.mark.parametrize(
    ("currency", "day", "amount"),
    [
        ("EUR", "2000-01-01", 100.0),
        ("", "2000-01-01", 100.0),  # nothing said: the workspace's
        ("USD", "2024-01-01", 90.0),  # on its day
        ("usd", "2024-01-31T23:59:59Z", 90.0),  # the latest before, and the direct quote goes first
        ("USD", "2024-02-01", 80.0),
        ("USD", "2024-06-01", 80.0),
        ("USD", "2030-01-01", 80.0),
        ("GBP", "2024-01-01", 200.0),  # the inverse
        ("CHF", "2024-01-01", 180.0),  # over the dollar
        ("CHF", "2024-02-10", 160.0),  # each leg at its latest
    ],
)
def test_money_is_converted_at_the_latest_rate_of_its_day(
    company: Make, currency: str, day: str, amount: float
) -> None:
    orders = f"order_id,account_id,ordered_at,amount,currency\no1,a1,{day},100,{currency}\n"
    made = company(fx_rates=RATES, orders=orders)
    assert made.rows("amount, amount_given, currency", "orders") == [
        (pytest.approx(amount), 100, currency.upper() or "EUR")
    ]


@pytest.mark.parametrize(
    ("currency", "day", "reason"),
    [
        ("USD", "2023-12-31", "amount 100 USD has no rate to EUR on or before 2023-12-31"),
        ("JPY", "2024-01-01", "amount 100 JPY has no rate to EUR on or before 2024-01-01"),
        ("SEK", "2024-04-01", "amount 100 SEK has no rate to EUR on or before 2024-04-01"),
        ("EURO", "2024-01-01", "currency 'EURO' is no ISO 4217 code"),
    ],
)
def test_money_without_a_rate_is_quarantined(company: Make, currency: str, day: str, reason: str) -> None:
    orders = f"order_id,account_id,ordered_at,amount,currency\no1,a1,{day},100,{currency}\no2,a1,{day},,USD\n"
    made = company(fx_rates=RATES, orders=orders)
    assert made.reasons() == [reason]
    assert made.rows("order_id, amount, currency", "orders") == [("o2", None, "USD")]
    assert any("zero or negative, and are not used: 1." in problem.what for problem in made.done.warnings)


def test_without_any_rates_only_the_own_currency_is_accepted(company: Make) -> None:
    made = company(costs="cost_id,spent_on,amount,currency\nc1,2024-01-01,5,EUR\nc2,2024-01-01,5,USD\n")
    assert made.rows("cost_id, amount", "costs") == [("c1", 5)]
    assert made.done.balance["costs"].quarantined == 1


def test_a_rate_with_an_unknown_code_is_quarantined(company: Make) -> None:
    made = company(fx_rates="rate_date,from_currency,to_currency,rate\n2024-01-01,XQZ,EUR,1\n2024-01-01,USD,EUR,1\n")
    assert made.reasons() == ["from_currency 'XQZ' is no ISO 4217 code"]


def test_the_day_of_conversion_is_the_first_known_one_on_the_local_calendar(company: Make) -> None:
    deals = """
        opportunity_id,status,amount,currency,created_at,closed_at
        o1,won,100,USD,2024-01-01,2024-02-01
        o2,open,100,USD,2024-01-01,
        o3,open,100,USD,,
        o4,open,100,USD,2024-01-31T23:30:00Z,
        """
    made = company(zone="Europe/Berlin", fx_rates=RATES, opportunities=deals)
    amounts = dict(made.rows("opportunity_id, amount", "opportunities"))
    assert amounts == pytest.approx({"o1": 80, "o2": 90, "o3": 80, "o4": 80})


def test_the_history_of_a_deal_is_in_the_currency_of_the_deal(company: Make) -> None:
    made = company(
        fx_rates=RATES,
        opportunities="opportunity_id,status,amount,currency,created_at\no1,open,100,USD,2024-01-01\n",
        opportunity_history="opportunity_id,changed_at,amount\no1,2024-01-01,100\no1,2024-02-01,100\no9,2024-02-01,7\n",
    )
    assert made.rows("opportunity_id, amount, amount_given", "opportunity_history") == [
        ("o1", pytest.approx(80), 100), ("o1", pytest.approx(90), 100), ("o9", 7, 7),
    ]  # fmt: skip


def test_of_rows_with_one_key_those_without_a_rate_do_not_win(company: Make) -> None:
    orders = "order_id,account_id,ordered_at,amount,currency\no1,a,2024-01-01,5,EUR\no1,a,2024-01-01,6,JPY\n"
    made = company(orders=orders)
    assert made.rows("amount", "orders") == [(5,)]
    assert made.done.balance["orders"].quarantined == 1


def test_lists_that_come_with_the_product_are_clean() -> None:
    assert len(set(iso_codes())) == len(iso_codes())
    assert all(len(code) == 3 and code.isupper() for code in iso_codes())
    assert {"EUR", "USD", "JPY", "CHF", "DEM"} <= set(iso_codes())
    assert all(host == host.lower() and "." in host for host in free_mail_hosts())


HISTORY = "account_id,attribute,value,valid_from,valid_to\n"


def intervals(made: Company) -> list[tuple[str | None, str | None, str | None]]:
    rows = made.con.execute(
        "SELECT value, strftime(valid_from, '%m-%d'), strftime(valid_to, '%m-%d') FROM account_attributes "
        "ORDER BY valid_from NULLS FIRST"
    )
    return rows.fetchall()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("a1,tier,B,2024-01-01,2024-02-01", [("B", None, "02-01"), ("now", "02-01", None)]),
        ("a1,tier,B,2024-01-01,", [("B", None, None)]),
        # a later start closes the earlier interval
        ("a1,tier,B,2024-01-01,\na1,tier,C,2024-02-01,", [("B", None, "02-01"), ("C", "02-01", None)]),
        ("a1,tier,B,2024-01-01,2024-03-01\na1,tier,C,2024-02-01,", [("B", None, "02-01"), ("C", "02-01", None)]),
        # in between nothing is known
        ("a1,tier,B,2024-01-01,2024-02-01\na1,tier,C,2024-03-01,",
         [("B", None, "02-01"), (None, "02-01", "03-01"), ("C", "03-01", None)]),
        # of one start the last one wins
        ("a1,tier,B,2024-01-01,\na1,tier,C,2024-01-01,", [("C", None, None)]),
        # an interval of no length says nothing, unless it is the first
        ("a1,tier,B,2024-01-01,\na1,tier,C,2024-02-01,2024-02-01", [("B", None, "02-01"), ("now", "02-01", None)]),
        # names of attributes as the accounts spell them
        ("a1,Tier,B,2024-01-01,2024-02-01", [("B", None, "02-01"), ("now", "02-01", None)]),
        # what accounts have no column for is unknown afterwards
        ("a1,mood,B,2024-01-01,2024-02-01", [("B", None, "02-01"), (None, "02-01", None)]),
        ("gone,tier,B,2024-01-01,2024-02-01", []),
    ],
)  # fmt: skip
def test_an_attribute_has_one_interval_after_the_other(
    company: Make, told: str, expected: list[tuple[str | None, ...]]
) -> None:
    made = company(accounts="account_id,name,tier\na1,Acme,now\n", account_history=HISTORY + told + "\n")
    assert intervals(made) == expected


def test_attributes_are_told_by_the_accounts_own_names(company: Make) -> None:
    made = company(
        accounts="account_id,name,Colour\na1,Acme,red\n",
        account_history=HISTORY + "a1,colour,blue,2024-01-01,2024-02-01\n",
    )
    assert made.rows("DISTINCT attribute", "account_attributes") == [("Colour",)]


def test_without_a_history_there_are_no_intervals(company: Make) -> None:
    made = company(accounts="account_id,name\na1,Acme\n")
    assert made.rows("account_id, attribute, value, valid_from, valid_to", "account_attributes") == []


DAYS = st.integers(1, 9)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), min_size=1, max_size=6, unique_by=lambda t: t[0]))
def test_intervals_cover_all_time_without_overlap(told: list[tuple[int, int | None]]) -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE accounts (account_id VARCHAR, tier VARCHAR); INSERT INTO accounts VALUES ('a', 'now')"
        )
        con.execute(
            "CREATE TABLE account_history (account_id VARCHAR, attribute VARCHAR, value VARCHAR, "
            "valid_from TIMESTAMP, valid_to TIMESTAMP)"
        )
        rows = [
            ("a", "tier", str(start), datetime(2024, 1, start), datetime(2024, 1, end) if end else None)
            for start, end in told
            if end is None or end >= start
        ]
        if rows:
            con.executemany("INSERT INTO account_history VALUES (?, ?, ?, ?, ?)", rows)
        sql = history_sql(con, {"accounts", "account_history"})
        found = con.execute(f"SELECT valid_from, valid_to FROM ({sql}) ORDER BY valid_from NULLS FIRST").fetchall()
    if rows:
        assert found[0][0] is None
        assert found[-1][1] is None
        assert all(one[1] == other[0] is not None for one, other in pairwise(found))
