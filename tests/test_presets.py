"""Presets: every one runs on the columns it declares, and gives the right values on small tables of its shape."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import AccountlensError
from accountlens.refresh import Prepared, land_sources, prepare, workbench
from accountlens.sources.adopt import adopt, write_adopted
from accountlens.sources.landed import Landed
from accountlens.sources.origin import find_origin
from accountlens.sources.preset import READ, MappingHeader, fit, load_preset, preset_names

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = datetime(2026, 10, 1)
ENTITIES, _ = load_entities([BUILT_IN])
Rows = Iterable[Mapping[str, Any]]


def make_base(path: Path, tables: Mapping[str, Rows]) -> None:
    """A DuckDB file of these tables; every value text, as loaders that know no better leave it."""
    with duckdb.connect(str(path)) as base:
        for table, rows in tables.items():
            listed = [dict(row) for row in rows]
            columns = dict.fromkeys(column for row in listed for column in row)
            names = ", ".join(f'"{column}" VARCHAR' for column in columns)
            base.execute(f'CREATE TABLE "{table}" ({names})')
            for row in listed:
                marks = ", ".join("?" for _ in columns)
                cells = [None if row.get(column) is None else str(row[column]) for column in columns]
                base.execute(f'INSERT INTO "{table}" VALUES ({marks})', cells)


class Adopted:
    """A workspace made by a preset, its entities prepared."""

    def __init__(self, folder: Path, preset: str, look: Callable[[Any], None]) -> None:
        adopted = adopt(find_origin(str(folder / "base.duckdb")), preset, None)
        write_adopted(adopted, folder / "ws")
        self.fitted, self.currency = adopted.fitted, adopted.currency
        settings = load_settings(folder / "ws")
        with workbench() as con:
            landed = land_sources(con, settings, folder / "ws", lambda *_: None)
            self.prepared: Prepared = prepare(con, folder / "ws", settings, ENTITIES, landed, NOW)
            look(lambda sql: con.execute(sql).fetchall())


Prepare = Callable[[str, Mapping[str, Rows], Callable[[Any], None]], Adopted]


@pytest.fixture
def adopted(tmp_path: Path) -> Prepare:
    def make(preset: str, tables: Mapping[str, Rows], look: Callable[[Any], None]) -> Adopted:
        make_base(tmp_path / "base.duckdb", tables)
        return Adopted(tmp_path, preset, look)

    return make


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("columns", ["all, as text", "all, typed", "needed"])
def test_a_preset_runs_on_the_columns_it_declares(name: str, columns: str) -> None:
    preset = load_preset(name)
    for mapping in preset.mappings:
        assert set(READ.findall(mapping.sql)) <= set(mapping.tables), f"{mapping.entity} reads what it does not name"
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA crm")
            landed = []
            for table, cells in declared(mapping.header, all_of_them=columns != "needed").items():
                there = preset.names_of(table)[0]
                kinds = (kind_of(cell, name) if columns == "all, typed" else "VARCHAR" for cell in cells)
                names = (preset.plain(table, cell) for cell in cells)
                listed = ", ".join(f'CAST(NULL AS {kind}) AS "{cell}"' for cell, kind in zip(names, kinds, strict=True))
                con.execute(f'CREATE TABLE crm."{there}" AS SELECT {listed or "1 AS x"}')
                landed.append(Landed("crm", there, 1, (), there))
            one = type(preset)(preset.name, preset.file.model_copy(update={"must": [mapping.entity]}), (mapping,))
            (made,) = fit(one, con, "crm", landed).made
            given = {row[0] for row in con.execute(f"DESCRIBE {made.sql}").fetchall()}
            must = {column.name for column in ENTITIES[mapping.entity].columns.values() if column.required}
            assert must <= given, mapping.entity
            assert columns == "needed" or not made.notes


def declared(header: MappingHeader, all_of_them: bool) -> dict[str, list[str]]:
    """Tables with the columns that a mapping names, or with those only that it cannot do without."""
    tables = {table: list(cells) for table, cells in header.needs.items()}
    for table, cells in header.uses.items():
        if all_of_them:
            tables[table] = list(dict.fromkeys([*tables.get(table, []), *cells]))
        elif table in header.one_of[:1]:
            tables[table] = []
    return tables


def kind_of(column: str, preset: str) -> str:
    """The type that a loader gives to a column of such a name."""
    kinds = [
        (r"is_.*|_fivetran_(active|deleted)|public|closed_won|filtered_event|suspended", "BOOLEAN"),
        (
            r".*(_at|_date|_time|date)|timestamp|created|updated|start|end|trial_end|run_schedule_(start|end)|_fivetran_(start|end)|day",
            "TIMESTAMPTZ",
        ),
        (
            r".*(amount|probability|quantity|cost|count|call_duration|duration_in_|percent_off|revenue|numberofemployees|score|index).*",
            "DOUBLE",
        ),
        (r"id|.*_id", "VARCHAR" if preset.endswith(("salesforce", "stripe")) else "BIGINT"),
    ]
    if column in ("score", "property_email", "recurring_interval") or column.endswith("property_associatedcompanyid"):
        return "VARCHAR"
    return next((kind for pattern, kind in kinds if re.fullmatch(pattern, column)), "VARCHAR")


SALESFORCE: dict[str, Rows] = {
    "account": [
        {"id": "001A", "name": "Acme", "website": "https://www.Acme.example/de", "owner_id": "005U", "billing_country": "DE",
         "annual_revenue": "1000", "created_date": "2026-01-01 10:00:00+00", "is_deleted": "false", "region_c": "EMEA", "type": "Customer"},
        {"id": "001B", "name": "Bolt", "website": "bolt.example", "is_deleted": "TRUE"},
    ],
    "opportunity": [
        {"id": "006W", "account_id": "001A", "name": "W", "is_won": "true", "is_closed": "true", "stage_name": "Closed Won",
         "amount": "100.5", "probability": "100", "created_date": "2026-01-05", "close_date": "2026-03-31", "type": "New Customer",
         "currency_iso_code": "eur", "owner_id": "005U", "is_deleted": "false", "team_c": "North"},
        {"id": "006L", "account_id": "001A", "name": "L", "is_won": "false", "is_closed": "true", "stage_name": "Closed Lost",
         "amount": "7", "probability": "0", "close_date": "2026-03-30", "type": "Existing Customer - Upgrade", "currency_iso_code": "EUR"},
        {"id": "006O", "account_id": "001A", "name": "O", "is_won": "false", "is_closed": "false", "stage_name": "Demo",
         "amount": "9", "probability": "40", "close_date": "2026-12-30", "type": None, "currency_iso_code": "EUR"},
        {"id": "006X", "is_won": "false", "is_closed": "false", "is_deleted": "true"},
    ],
    "opportunity_history": [
        {"id": "008", "opportunity_id": "006O", "created_date": "2026-02-01", "stage_name": "Qualify", "amount": "5", "probability": "10"},
    ],
    "account_history": [
        {"id": "001A", "_fivetran_start": "2026-01-01 00:00:00", "_fivetran_end": "2026-05-31 23:59:59.999", "_fivetran_active": "false",
         "owner_id": "005V", "industry": "Steel"},
        {"id": "001A", "_fivetran_start": "2026-06-01 00:00:00", "_fivetran_end": "9999-12-31 23:59:59", "_fivetran_active": "true",
         "owner_id": "005U", "industry": "Steel"},
    ],
    "user": [{"id": "005U", "name": "Una", "user_role_id": "R"}, {"id": "005V", "first_name": "Vic", "last_name": "V"}],
    "user_role": [{"id": "R", "name": "AE"}],
    "contact": [{"id": "003C", "account_id": "001A", "first_name": "C", "last_name": "D", "email": "c@acme.example"}],
    "task": [
        {"id": "T1", "task_subtype": "Call", "call_type": "Inbound", "call_duration_in_seconds": "90", "who_id": "003C", "what_id": "006O",
         "completed_date_time": "2026-04-01 10:00:00+02", "is_closed": "true", "account_id": "001A", "owner_id": "005U"},
        {"id": "T2", "task_subtype": "Email", "who_id": "00QL", "activity_date": "2026-04-02", "is_closed": "true"},
        {"id": "T3", "task_subtype": "Task", "activity_date": "2026-09-02", "is_closed": "false"},
    ],
    "event": [{"id": "E1", "start_date_time": "2026-04-03 09:00:00", "duration_in_minutes": "30", "who_id": "003C", "account_id": "001A"}],
}  # fmt: skip


def look_at_salesforce(rows: Any) -> None:
    assert rows("SELECT account_id, name, domain, country, owner_id, annual_revenue, created_at, account_type FROM accounts") == [
        ("001A", "Acme", "acme.example", "DE", "005U", 1000.0, datetime(2026, 1, 1, 10), "Customer")
    ]  # fmt: skip
    assert rows("SELECT region_c FROM accounts") == [("EMEA",)], "a company's own columns are kept"
    assert rows(
        "SELECT opportunity_id, status, amount, currency, probability, type, closed_at FROM opportunities ORDER BY 1"
    ) == [
        ("006L", "lost", 7.0, "EUR", 0.0, "upsell", datetime(2026, 3, 30)),
        ("006O", "open", 9.0, "EUR", 0.4, None, None),
        ("006W", "won", 100.5, "EUR", 1.0, "new_business", datetime(2026, 3, 31)),
    ]
    assert rows("SELECT team_c FROM opportunities ORDER BY opportunity_id")[2] == ("North",)
    assert rows("SELECT opportunity_id, changed_at, stage, amount, probability FROM opportunity_history") == [
        ("006O", datetime(2026, 2, 1), "Qualify", 5.0, 0.1)
    ]
    assert rows("SELECT attribute, value, valid_from, valid_to FROM account_history WHERE attribute = 'owner_id' ORDER BY 3") == [
        ("owner_id", "005V", datetime(2026, 1, 1), datetime(2026, 6, 1)), ("owner_id", "005U", datetime(2026, 6, 1), None)
    ]  # fmt: skip
    assert rows("SELECT employee_id, name, role FROM employees ORDER BY 1") == [
        ("005U", "Una", "AE"),
        ("005V", "Vic V", None),
    ]
    assert rows(
        "SELECT activity_id, occurred_at, kind, contact_id, opportunity_id, direction, minutes, status FROM activities ORDER BY 2"
    ) == [
        ("task-T1", datetime(2026, 4, 1, 8), "call", "003C", "006O", "inbound", 1.5, "completed"),
        ("task-T2", datetime(2026, 4, 2), "email_sent", None, None, "outbound", None, "completed"),
        ("event-E1", datetime(2026, 4, 3, 9), "meeting", "003C", None, None, 30.0, "completed"),
    ]


def test_salesforce_of_fivetran(adopted: Prepare) -> None:
    made = adopted("fivetran/salesforce", SALESFORCE, look_at_salesforce)
    assert made.currency == "EUR"
    assert made.fitted.left_out["campaigns"] == "needs the table campaign"
    assert not [balance for balance in made.prepared.balance.values() if balance.quarantined or balance.duplicates]


def in_camel_case(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    def camel(name: str) -> str:
        if name.endswith("_c"):
            return f"{name.removesuffix('_c').capitalize()}__c"
        return "".join(part.capitalize() for part in name.split("_"))

    return {
        camel(table): [{camel(name): cell for name, cell in row.items()} for row in rows]
        for table, rows in tables.items()
    }


def test_salesforce_of_airbyte_is_the_same_in_other_spelling(adopted: Prepare) -> None:
    tables = {table: rows for table, rows in SALESFORCE.items() if table != "account_history"}

    def look(rows: Any) -> None:
        found = rows('SELECT opportunity_id, status, amount, probability, "Team__c" FROM opportunities ORDER BY 1')
        assert found[2] == ("006W", "won", 100.5, 1.0, "North")
        assert rows("SELECT domain, created_at FROM accounts") == [("acme.example", datetime(2026, 1, 1, 10))]
        assert rows("SELECT count(*) FROM activities") == [(3,)]

    made = adopted("airbyte/salesforce", in_camel_case(tables), look)
    assert "account_history" in made.fitted.left_out


def test_salesforce_of_dlt_calls_users_by_another_name(adopted: Prepare) -> None:
    tables = {
        ("sf_user" if table == "user" else table): rows
        for table, rows in SALESFORCE.items()
        if table != "account_history"
    }

    def look(rows: Any) -> None:
        assert rows("SELECT employee_id, name FROM employees ORDER BY 1") == [("005U", "Una"), ("005V", "Vic V")]

    adopted("dlt/salesforce", tables, look)


def test_history_mode_stands_in_where_salesforce_keeps_no_history(adopted: Prepare) -> None:
    versions = [
        {"id": "006O", "_fivetran_start": "2026-02-01", "stage_name": "Qualify", "amount": "5", "probability": "10"}
    ]

    def look(rows: Any) -> None:
        assert rows("SELECT opportunity_id, stage, amount, probability FROM opportunity_history") == [
            ("006O", "Qualify", 5.0, 0.1)
        ]

    adopted("fivetran/salesforce", {**SALESFORCE, "opportunity_history": versions}, look)


def stripe(**more: Rows) -> dict[str, Rows]:
    def subscription(name: str, **keys: Any) -> dict[str, Any]:
        return {"id": name, "customer_id": "cus_1", "status": "active", "start_date": "2026-01-10 09:00:00", **keys}

    def item(name: str, subscription: str, plan: str, quantity: int = 1) -> dict[str, Any]:
        return {"id": name, "subscription_id": subscription, "plan_id": plan, "quantity": quantity}

    def price(name: str, amount: str, every: str, times: int = 1, **keys: Any) -> dict[str, Any]:
        return {"id": name, "unit_amount": amount, "recurring_interval": every, "recurring_interval_count": times,
                "currency": "eur", "recurring_usage_type": "licensed", "product_id": "p", **keys}  # fmt: skip

    return {
        "customer": [{"id": "cus_1", "name": "Acme", "email": "ap@Acme.example", "created": "2025-12-01"}],
        "product": [{"id": "p", "name": "Seats"}],
        "price": [
            price("month", "2500", "month"), price("year", "120000", "year"), price("quarter", "9000", "month", 3),
            price("yen", "500", "month", currency="jpy"), price("metered", "9", "month", recurring_usage_type="metered"),
            price("once", "5000", "", recurring_interval=None), price("parts", "1", "month", unit_amount_decimal="0.5"),
        ],
        "plan": [
            {"id": "old", "amount": "1000", "interval": "week", "interval_count": "1", "currency": "eur", "usage_type": "licensed"},
            {"id": "month", "amount": "999999", "interval": "month", "interval_count": "1", "currency": "eur"},
        ],
        "subscription": [
            subscription("s1"), subscription("s2", trial_end="2026-02-10 09:00:00", trial_start="2026-01-10 09:00:00"),
            subscription("s3", ended_at="2026-06-30 12:00:00", canceled_at="2026-06-15", status="canceled"),
            subscription("s4", status="incomplete_expired"),
            subscription("s5", trial_end="2026-02-10", ended_at="2026-02-01", status="canceled"),
        ],
        "subscription_item": [
            item("i1", "s1", "month", 4), item("i2", "s1", "year"), item("i3", "s2", "quarter", 2), item("i4", "s3", "old"),
            item("i5", "s1", "metered"), item("i6", "s1", "once"), item("i7", "s4", "month"), item("i8", "s5", "month"),
            item("i9", "s3", "yen", 10), item("i10", "s3", "parts", 1000),
        ],
        "coupon": [
            {"id": "ten", "percent_off": "10", "duration": "forever"}, {"id": "first", "percent_off": "50", "duration": "once"},
            {"id": "fixed", "amount_off": "4500", "duration": "forever"},
        ],
        "subscription_discount": [
            {"subscription_id": "s1", "coupon_id": "ten", "start": "2026-01-10", "end": None},
            {"subscription_id": "s1", "coupon_id": "first", "start": "2026-01-10", "end": None},
            {"subscription_id": "s2", "coupon_id": "fixed", "start": "2026-01-10", "end": None},
        ],
        **more,
    }  # fmt: skip


def test_stripe_mrr_of_months_years_discounts_and_yen(adopted: Prepare) -> None:
    made = adopted("fivetran/stripe", stripe(), look_at_stripe)
    assert made.currency == "EUR"
    balance = made.prepared.balance["subscriptions"]
    assert (balance.taken_in, balance.quarantined) == (6, 1), "yen without a rate wait"


def look_at_stripe(rows: Any) -> None:
    monthly = "price_given * quantity * (1 - coalesce(discount, 0)) / billing_months"
    found = dict(rows(f"SELECT subscription_id, round({monthly}, 6) FROM subscriptions"))
    assert found == {
        "i1": 90.0,  # 4 × 25 less 10 %
        "i10": 5.0,  # 1,000 × half a cent
        "i2": 90.0,  # 1,200 a year, less 10 %
        "i3": 45.0,  # 2 × 90 a quarter, less 45 each time
        "i4": round(10 * 52 / 12, 6),  # 10 a week
    }
    assert rows("SELECT started_on, ended_on, cancelled_at FROM subscriptions WHERE subscription_id IN ('i3', 'i4') ORDER BY 1 DESC") == [
        (datetime(2026, 2, 10), None, None), (datetime(2026, 1, 10), datetime(2026, 6, 30), datetime(2026, 6, 15))
    ]  # fmt: skip
    assert rows("SELECT account_id, name, domain FROM accounts") == [("cus_1", "Acme", "acme.example")]


ZENDESK: dict[str, Rows] = {
    "organization": [{"id": "10", "name": "Acme", "created_at": "2026-01-01"}],
    "domain_name": [{"organization_id": "10", "domain_name": "b.example", "index": "1"}, {"organization_id": "10", "domain_name": "A.example", "index": "0"}],
    "user": [
        {"id": "1", "role": "end-user", "organization_id": "10", "email": "e@a.example", "name": "Eve"},
        {"id": "2", "role": "agent", "name": "Ann"}, {"id": "3", "role": "admin", "email": "x@us.example"},
    ],
    "ticket": [
        {"id": "100", "created_at": "2026-03-01 09:00:00", "status": "closed", "requester_id": "1", "priority": "high"},
        {"id": "101", "created_at": "2026-03-02 09:00:00", "status": "open", "requester_id": "1", "organization_id": "10"},
        {"id": "102", "created_at": "2026-03-02 09:00:00", "status": "deleted", "requester_id": "1"},
        {"id": "103", "created_at": "2026-03-03 09:00:00", "status": "solved", "requester_id": "2"},
    ],
    "ticket_comment": [
        {"ticket_id": "100", "created": "2026-03-01 09:00:00", "user_id": "1", "public": "true"},
        {"ticket_id": "100", "created": "2026-03-01 09:30:00", "user_id": "2", "public": "false"},
        {"ticket_id": "100", "created": "2026-03-01 10:30:00", "user_id": "3", "public": "true"},
        {"ticket_id": "103", "created": "2026-03-03 09:00:00", "user_id": "2", "public": "true"},
    ],
    "ticket_field_history": [
        {"ticket_id": "100", "field_name": "status", "value": "new", "updated": "2026-03-01 09:00:00"},
        {"ticket_id": "100", "field_name": "status", "value": "solved", "updated": "2026-03-02 12:00:00"},
        {"ticket_id": "100", "field_name": "status", "value": "open", "updated": "2026-03-03 12:00:00"},
        {"ticket_id": "100", "field_name": "status", "value": "solved", "updated": "2026-03-04 12:00:00"},
        {"ticket_id": "100", "field_name": "status", "value": "closed", "updated": "2026-03-08 12:00:00"},
        {"ticket_id": "100", "field_name": "priority", "value": "solved", "updated": "2026-03-09 12:00:00"},
    ],
    "ticket_metrics": [{"ticket_id": "103", "solved_at": "2026-03-05 10:00:00"}],
    "satisfaction_rating": [
        {"id": "r1", "score": "good", "updated_at": "2026-03-09", "ticket_id": "101"}, {"id": "r2", "score": "offered", "updated_at": "2026-03-09"},
        {"id": "r3", "score": "bad_with_comment", "updated_at": "2026-03-09"},
    ],
}  # fmt: skip


def test_zendesk_of_fivetran(adopted: Prepare) -> None:
    def look(rows: Any) -> None:
        assert rows("SELECT ticket_id, account_id, first_response_at, solved_at, reopened_at, status FROM tickets ORDER BY 1") == [
            ("100", "10", datetime(2026, 3, 1, 10, 30), datetime(2026, 3, 4, 12), datetime(2026, 3, 3, 12), "closed"),
            ("101", "10", None, None, None, "open"),
            ("103", None, None, datetime(2026, 3, 5, 10), None, "solved"),
        ]  # fmt: skip
        assert rows("SELECT account_id, domain FROM accounts") == [("10", "a.example")]
        assert rows("SELECT author_kind, is_public, count(*) FROM ticket_comments GROUP BY ALL ORDER BY 1, 2") == [
            ("agent", False, 1), ("agent", True, 2), ("customer", True, 1)
        ]  # fmt: skip
        assert rows("SELECT response_id, score, account_id FROM survey_responses ORDER BY 1") == [
            ("r1", 5.0, "10"),
            ("r3", 1.0, None),
        ]
        assert rows("SELECT employee_id, name FROM employees ORDER BY 1") == [("2", "Ann"), ("3", "x@us.example")]

    adopted("fivetran/zendesk", ZENDESK, look)


def test_zendesk_of_airbyte_takes_its_metrics(adopted: Prepare) -> None:
    plural = {"ticket": "tickets", "user": "users", "organization": "organizations"}
    tables = {plural[table]: ZENDESK[table] for table in plural}
    tables["organizations"] = [{"id": "10", "name": "Acme", "domain_names": '["A.example", "b.example"]'}]
    tables["ticket_comments"] = [
        {"ticket_id": "100", "created_at": "2026-03-01 10:30:00", "author_id": "3", "public": "true"}
    ]
    tables["ticket_metrics"] = [
        {
            "ticket_id": "100",
            "solved_at": "2026-03-04 12:00:00",
            "reply_time_in_minutes": '{"calendar": 5, "business": 1}',
        },
        {"ticket_id": "101", "solved_at": None, "reply_time_in_minutes": '{"calendar": 45, "business": 30}'},
        {"ticket_id": "103", "solved_at": "2026-03-05 10:00:00", "reply_time_in_minutes": '{"calendar": null}'},
    ]

    def look(rows: Any) -> None:
        assert rows("SELECT ticket_id, first_response_at, solved_at FROM tickets ORDER BY 1") == [
            ("100", datetime(2026, 3, 1, 10, 30), datetime(2026, 3, 4, 12)),
            ("101", datetime(2026, 3, 2, 9, 45), None),
            ("103", None, datetime(2026, 3, 5, 10)),
        ]  # fmt: skip
        assert rows("SELECT account_id, domain FROM accounts") == [("10", "a.example")]
        assert rows("SELECT author_kind, occurred_at FROM ticket_comments") == [("agent", datetime(2026, 3, 1, 10, 30))]

    adopted("airbyte/zendesk", tables, look)


def airbyte_subscription(name: str, items: list[dict[str, Any]], **keys: Any) -> dict[str, Any]:
    return {
        "id": name,
        "customer": "cus_1",
        "status": "active",
        "start_date": 1768003200,
        "items": json.dumps({"data": items}),
        **keys,
    }


def airbyte_item(name: str, amount: int, every: str, times: int = 1, **keys: Any) -> dict[str, Any]:
    recurring = {"interval": every, "interval_count": times, "usage_type": keys.pop("usage", "licensed")}
    price = {"unit_amount": amount, "currency": "eur", "recurring": recurring, "product": "p"}
    return {"id": name, "price": price, "quantity": 1, **keys}


def test_stripe_of_airbyte_opens_the_items(adopted: Prepare) -> None:
    forever = {"coupon": {"percent_off": 10, "duration": "forever"}}
    once = {"coupon": {"percent_off": 50, "duration": "once"}}
    items = [
        airbyte_item("i1", 2500, "month", quantity=4),
        airbyte_item("i2", 120000, "year"),
        airbyte_item("i3", 9, "month", usage="metered"),
    ]
    tables: dict[str, Rows] = {
        "customers": [{"id": "cus_1", "name": "Acme", "email": "ap@Acme.example", "created": "1767225600", "address": '{"country": "DE"}'}],
        "products": [{"id": "p", "name": "Seats"}],
        "subscriptions": [
            airbyte_subscription("s1", items, discount=json.dumps(forever)),
            airbyte_subscription("s2", [airbyte_item("i4", 9000, "month", 3)], discount=json.dumps(once), trial_end=1770681600),
            airbyte_subscription("s3", [airbyte_item("i5", 1, "month")], trial_end=1770681600, ended_at=1770000000),
            airbyte_subscription("s4", [airbyte_item("i6", 1, "month")], status="incomplete"),
        ],
    }  # fmt: skip

    def look(rows: Any) -> None:
        monthly = "round(price * quantity * (1 - coalesce(discount, 0)) / billing_months, 6)"
        assert rows(f"SELECT subscription_id, {monthly}, started_on FROM subscriptions ORDER BY 1") == [
            ("i1", 90.0, datetime(2026, 1, 10)), ("i2", 90.0, datetime(2026, 1, 10)), ("i4", 30.0, datetime(2026, 2, 10))
        ]  # fmt: skip
        assert rows("SELECT domain, country, created_at FROM accounts") == [
            ("acme.example", "DE", datetime(2026, 1, 1))
        ]

    adopted("airbyte/stripe", tables, look)


def test_objects_of_the_stripe_api_are_read(adopted: Prepare) -> None:
    path = SHARED / "stripe_fixtures" / "fixtures3.json"
    if not path.is_file():
        pytest.skip("the public set stripe_fixtures is not beside this checkout (../shared/data)")
    objects = json.loads(path.read_text(encoding="utf-8"))["resources"]
    objects["subscription"] |= {
        "ended_at": None,
        "canceled_at": None,
    }  # the example ends as its trial does: never paid for
    tables: dict[str, Rows] = {
        f"{name}s": [
            {key: json.dumps(cell) if isinstance(cell, dict | list) else cell for key, cell in objects[name].items()}
        ]
        for name in ("customer", "subscription", "product")
    }

    def look(rows: Any) -> None:
        assert rows("SELECT account_id, price, quantity, billing_months, currency FROM subscriptions") == [
            ("cus_QXg1o8vcGmoR32", 20.0, 1.0, 1.0, "USD")
        ]

    adopted("airbyte/stripe", tables, look)


HUBSPOT: dict[str, Rows] = {
    "company": [
        {"id": "1", "property_name": "Acme", "property_domain": "acme.example", "property_hs_ideal_customer_profile": "tier_1", "property_color": "red"},
        {"id": "2", "property_name": "", "property_domain": "bolt.example", "is_deleted": "false"}, {"id": "3", "property_name": "Gone", "is_deleted": "true"},
    ],
    "contact": [
        {"id": "11", "property_associatedcompanyid": "1", "property_email": "A@acme.example", "property_firstname": "A", "property_createdate": "2026-01-02",
         "property_hs_lifecyclestage_marketingqualifiedlead_date": "2026-02-01 10:00:00", "property_hs_buying_role": "DECISION_MAKER;CHAMPION"},
    ],
    "deal": [
        {"deal_id": "D1", "deal_pipeline_stage_id": "w", "property_amount": "100", "property_closedate": "2026-03-01", "property_dealtype": "newbusiness"},
        {"deal_id": "D2", "deal_pipeline_stage_id": "l", "property_amount": "50", "property_closedate": "2026-03-02", "property_segment": "x"},
        {"deal_id": "D3", "deal_pipeline_stage_id": "o", "property_amount": "10", "property_closedate": "2026-12-02", "property_dealtype": "existingbusiness"},
    ],
    "deal_pipeline_stage": [
        {"stage_id": "w", "label": "Won", "probability": "1.0", "is_closed": "true", "pipeline_id": "p"},
        {"stage_id": "l", "label": "Lost", "probability": "0.0", "is_closed": "true", "pipeline_id": "p"},
        {"stage_id": "o", "label": "Demo", "probability": "0.4", "is_closed": "false", "pipeline_id": "p"},
    ],
    "deal_pipeline": [{"pipeline_id": "p", "label": "Sales"}],
    "deal_company": [{"deal_id": "D1", "company_id": "2", "type_id": "341"}, {"deal_id": "D1", "company_id": "1", "type_id": "5"}, {"deal_id": "D2", "company_id": "2", "type_id": "341"}],
    "deal_contact": [{"deal_id": "D1", "contact_id": "11"}, {"deal_id": "D1", "contact_id": "11"}],
    "deal_stage": [{"deal_id": "D3", "value": "o", "date_entered": "2026-02-01 10:00:00"}, {"deal_id": "D3", "value": "l", "date_entered": "2026-02-05"}, {"deal_id": "D3", "value": "o", "date_entered": "2026-02-09"}],
    "deal_property_history": [{"deal_id": "D3", "name": "amount", "value": "7", "timestamp": "2026-02-01 10:00:00"}, {"deal_id": "D3", "name": "amount", "value": "10", "timestamp": "2026-02-07"}, {"deal_id": "D3", "name": "dealname", "value": "n", "timestamp": "2026-02-07"}],
    "engagement_meeting": [{"engagement_id": "m", "start_time": "2026-03-01 10:00:00", "end_time": "2026-03-01 10:45:00", "meeting_outcome": "COMPLETED"}, {"engagement_id": "x", "start_time": "2026-03-01 10:00:00", "meeting_outcome": "CANCELED"}],
    "engagement_call": [{"engagement_id": "c", "property_hs_timestamp": "2026-03-02 10:00:00", "property_hs_call_direction": "INBOUND", "property_hs_call_duration": "90000"}],
    "engagement_contact": [{"engagement_id": "m", "contact_id": "11"}],
    "engagement_company": [{"engagement_id": "m", "company_id": "1"}],
    "email_campaign": [{"id": "E", "name": "News"}],
    "email_event": [{"id": "s", "created": "2026-03-03 08:00:00", "email_campaign_id": "E", "recipient": "a@ACME.example", "type": "SENT"}, {"id": "o", "created": "2026-03-03 09:00:00", "email_campaign_id": "E", "recipient": "a@acme.example", "type": "OPEN", "filtered_event": "true"}, {"id": "q", "created": "2026-03-03", "type": "DEFERRED"}],
    "contact_form_submission": [{"contact_id": "11", "form_id": "f", "timestamp": "2026-03-04 10:00:00", "conversion_id": "v"}],
    "owner": [{"owner_id": "9", "first_name": "Ora"}],
    "ticket": [{"id": "t", "property_createdate": "2026-03-01", "property_closed_date": "2026-03-02", "property_hs_pipeline_stage": "4", "property_hs_ticket_priority": "HIGH"}],
    "ticket_company": [{"ticket_id": "t", "company_id": "1"}],
    "ticket_pipeline_stage": [{"stage_id": "4", "label": "Closed"}],
}  # fmt: skip


def test_hubspot_of_fivetran(adopted: Prepare) -> None:
    def look(rows: Any) -> None:
        assert rows("SELECT account_id, name, tier, property_color FROM accounts ORDER BY 1") == [
            ("1", "Acme", "tier_1", "red"),
            ("2", "bolt.example", None, None),
        ]
        assert rows("SELECT opportunity_id, account_id, status, stage, probability, type, closed_at, pipeline, property_segment FROM opportunities ORDER BY 1") == [
            ("D1", "1", "won", "Won", 1.0, "new_business", datetime(2026, 3, 1), "Sales", None),
            ("D2", "2", "lost", "Lost", 0.0, None, datetime(2026, 3, 2), "Sales", "x"),
            ("D3", None, "open", "Demo", 0.4, None, None, "Sales", None),
        ]  # fmt: skip
        assert rows("SELECT changed_at, stage, amount, probability FROM opportunity_history ORDER BY 1") == [
            (datetime(2026, 2, 1, 10), "Demo", 7.0, 0.4), (datetime(2026, 2, 5), "Lost", 7.0, 0.0),
            (datetime(2026, 2, 7), "Lost", 10.0, 0.0), (datetime(2026, 2, 9), "Demo", 10.0, 0.4),
        ]  # fmt: skip
        assert rows("SELECT activity_id, kind, account_id, contact_id, direction, minutes, is_automated, is_bot FROM activities ORDER BY occurred_at") == [
            ("engagement-m-11", "meeting", "1", "11", None, 45.0, False, None), ("engagement-c", "call", None, None, "inbound", 1.5, False, None),
            ("mail-s", "email_sent", "1", "11", None, None, True, None), ("mail-o", "email_opened", "1", "11", None, None, True, True),
            ("form-v", "form_submitted", "1", "11", "inbound", None, None, None),
        ]  # fmt: skip
        assert rows("SELECT count(DISTINCT message_id) FROM activities WHERE kind LIKE 'email%'") == [(1,)], (
            "an opening knows its mail"
        )
        assert rows("SELECT buying_role FROM contacts") == [("decision_maker",)]
        assert rows("SELECT lead_id, became_mql_at, account_id FROM leads") == [("11", datetime(2026, 2, 1, 10), "1")]
        assert rows("SELECT account_id, status, priority, solved_at FROM tickets") == [
            ("1", "Closed", "high", datetime(2026, 3, 2))
        ]
        assert rows("SELECT count(*) FROM opportunity_contacts") == [(1,)]

    made = adopted("fivetran/hubspot", HUBSPOT, look)
    assert not [balance for balance in made.prepared.balance.values() if balance.quarantined or balance.duplicates]


def marketo() -> dict[str, Rows]:
    def one(name: str, lead: str, **keys: Any) -> dict[str, Any]:
        return {
            "id": name,
            "activity_date": "2026-03-01 10:00:00",
            "lead_id": lead,
            "campaign_id": "5",
            "campaign_run_id": "7",
            "email_template_id": "3",
            **keys,
        }

    return {
        "lead": [{"id": "1", "email": "a@acme.example", "created_at": "2026-01-01", "first_name": "A"}],
        "program": [{"id": "50", "name": "Webinar", "channel": "Event"}],
        "campaign": [{"id": "5", "program_id": "50"}],
        "activity_send_email": [one("1", "9", action_result="succeeded"), one("2", "1", action_result="skipped")],
        "activity_open_email": [one("1", "1")],
        "activity_email_bounced": [one("4", "8", category="2")],
        "activity_email_bounced_soft": [one("5", "8")],
        "activity_merge_leads": [
            {"lead_id": "2", "merge_ids": "[9, 8]", "activity_date": "2026-02-01"}, {"lead_id": "1", "merge_ids": "[2]", "activity_date": "2026-02-02"},
        ],
    }  # fmt: skip


def test_marketo_of_fivetran_follows_merged_people(adopted: Prepare) -> None:
    def look(rows: Any) -> None:
        assert rows("SELECT activity_id, kind, contact_id, campaign_id, message_id, status FROM activities ORDER BY 1") == [
            ("email_bounced-4", "email_bounced", "1", "50", "3-5-7", "hard"), ("email_bounced-5", "email_bounced", "1", "50", "3-5-7", "soft"),
            ("email_opened-1", "email_opened", "1", "50", "3-5-7", None), ("email_sent-1", "email_sent", "1", "50", "3-5-7", None),
        ]  # fmt: skip
        assert rows("SELECT lead_id, contact_id, email FROM leads") == [("1", "1", "a@acme.example")]

    adopted("fivetran/marketo", marketo(), look)


def test_linkedin_ads_of_fivetran(adopted: Prepare) -> None:
    tables: dict[str, Rows] = {
        "campaign_history": [
            {"id": "7", "name": "Old", "last_modified_time": "2026-01-01", "account_id": "a", "campaign_group_id": "g"},
            {
                "id": "7",
                "name": "New",
                "last_modified_time": "2026-02-01",
                "account_id": "a",
                "campaign_group_id": "g",
                "created_time": "2026-01-01",
            },
        ],
        "campaign_group_history": [{"id": "g", "name": "ABM", "last_modified_time": "2026-01-01"}],
        "account_history": [{"id": "a", "currency": "chf", "last_modified_time": "2026-01-01"}],
        "ad_analytics_by_campaign": [
            {"campaign_id": "7", "day": "2026-03-01 00:00:00", "cost_in_local_currency": "12.5", "clicks": "3"},
            {"campaign_id": "7", "day": "2026-03-02 00:00:00", "cost_in_local_currency": None},
        ],
    }

    def look(rows: Any) -> None:
        assert rows("SELECT campaign_id, name, channel, program FROM campaigns") == [
            ("7", "New", "linkedin_ads", "ABM")
        ]
        assert rows("SELECT cost_id, spent_on, amount_given, currency, function, program FROM costs") == [
            ("7-2026-03-01", datetime(2026, 3, 1), 12.5, "CHF", "marketing", "ABM")
        ]

    assert adopted("fivetran/linkedin_ads", tables, look).currency == "CHF"


SETS = [  # preset, folder, what stands before a table's name, entity → rows that are taken in
    ("fivetran/salesforce", "fivetran_salesforce", "sf_", {"accounts": 1, "activities": 20, "contacts": 4, "employees": 10, "leads": 1, "account_history": 22, "products": 2}),
    ("fivetran/stripe", "fivetran_stripe", "", {"accounts": 11, "products": 10}),
    ("fivetran/marketo", "fivetran_marketo", "marketo_", {"activities": 598, "campaigns": 100, "contacts": 100, "leads": 100}),
    ("fivetran/linkedin_ads", "fivetran_linkedin_ads", "linkedin_", {"campaigns": 12, "costs": 20}),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "folder", "before", "taken"), SETS, ids=[one[0] for one in SETS])
def test_a_preset_takes_in_real_tables_of_its_shape(
    preset: str, folder: str, before: str, taken: dict[str, int], tmp_path: Path
) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"the public set {folder} is not beside this checkout (../shared/data)")
    with duckdb.connect(str(tmp_path / "base.duckdb")) as base:
        for path in (SHARED / folder).glob("*.csv"):
            table = path.stem.removeprefix(before).removesuffix("_data")
            base.execute(f"CREATE TABLE \"{table}\" AS SELECT * FROM read_csv('{path}')")
    made = Adopted(tmp_path, preset, lambda rows: None)
    found = {name: balance for name, balance in made.prepared.balance.items() if balance.taken_in}
    assert {name: balance.taken_in for name, balance in found.items()} == taken
    assert all(balance.whole for balance in found.values())
    assert {name: balance.quarantined for name, balance in found.items() if balance.quarantined} == {}


def test_recorded_accounts_of_airbyte_are_read(adopted: Prepare) -> None:
    path = SHARED / "airbyte_records" / "salesforce.jsonl"
    if not path.is_file():
        pytest.skip("the public set airbyte_records is not beside this checkout (../shared/data)")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    accounts = [
        {name: json.dumps(cell) if isinstance(cell, dict | list) else cell for name, cell in one["data"].items()}
        for one in records
        if one["stream"] == "Account"
    ]
    nothing = [{"Id": None, "IsWon": None, "IsClosed": None}]

    def look(rows: Any) -> None:
        found = rows("SELECT name, domain, country, created_at IS NOT NULL FROM accounts ORDER BY 1")
        assert len(found) == len(accounts) == 10
        assert ("Burlington Textiles Corp of America", "burlington.com", "USA", True) in found

    adopted("airbyte/salesforce", {"Account": accounts, "Opportunity": nothing}, look)


@pytest.mark.parametrize("system", ["hubspot", "zendesk"])
def test_published_column_lists_hold_what_a_preset_needs(system: str, tmp_path: Path) -> None:
    path = SHARED / "connector_columns_hubspot_zendesk" / "columns.csv"
    if not path.is_file():
        pytest.skip("the public set connector_columns_hubspot_zendesk is not beside this checkout (../shared/data)")
    columns: dict[str, dict[str, None]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["connector"] == system:
                columns.setdefault(row["table"], {})[row["column"]] = None
    make_base(tmp_path / "base.duckdb", {table: [names] for table, names in columns.items()})
    fitted = adopt(find_origin(str(tmp_path / "base.duckdb")), f"fivetran/{system}", None).fitted
    assert set(fitted.left_out) <= {"survey_responses"}


FAULTS = [
    ("fivetran/salesfrce", {}, "There is no preset 'fivetran/salesfrce'. Did you mean 'fivetran/salesforce'?"),
    ("fivetran/salesforce", {"account": [{"id": "1", "name": "x"}]}, "The preset fivetran/salesforce needs the table opportunity for opportunities, and it is not there. There are the tables: account."),
    ("fivetran/salesforce", {"account": [{"id": "1", "nme": "x"}], "opportunity": [{"id": "1"}]}, "needs the column account.name for accounts"),
    ("fivetran/stripe", {"customer": [{"id": "1"}], "subscription": [{"id": "", "customer_id": "", "status": ""}], "subscription_item": [{"id": "", "subscription_id": "", "plan_id": ""}]}, "needs the table price or plan for subscriptions"),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "tables", "said"), FAULTS)
def test_what_a_preset_needs_and_does_not_find_is_told(
    preset: str, tables: Mapping[str, Rows], said: str, tmp_path: Path
) -> None:
    make_base(tmp_path / "base.duckdb", {**tables, "z": [{"a": 1}]})
    with pytest.raises(AccountlensError) as caught:
        adopt(find_origin(str(tmp_path / "base.duckdb")), preset, None)
    assert said in str(caught.value)


def test_a_column_that_is_missing_is_unknown_and_told(tmp_path: Path) -> None:
    tables: dict[str, Rows] = {
        "account": [{"id": "1", "name": "x"}],
        "opportunity": [{"id": "1", "is_won": "0", "is_closed": "1"}],
    }
    make_base(tmp_path / "base.duckdb", tables)
    adopted = adopt(find_origin(str(tmp_path / "base.duckdb")), "fivetran/salesforce", "CHF")
    (accounts,) = [made for made in adopted.fitted.made if made.entity == "accounts"]
    assert accounts.notes[0].startswith("Not in account, so unknown here: website, parent_id")
    assert "NULL AS website" in accounts.sql
    assert accounts.sql.startswith("-- Accounts of Salesforce.\n-- From the preset fivetran/salesforce.")
    assert (adopted.currency, adopted.currency_why) == ("CHF", "as asked")
    settings = (write_adopted(adopted, tmp_path / "ws")[0]).read_text(encoding="utf-8")
    assert "tables:\n    - account\n    - opportunity\n" in settings


def ga4_event(number: int, name: str, **more: Any) -> dict[str, Any]:
    params = [
        {"key": "ga_session_id", "value": {"int_value": "77"}},
        {"key": "page_location", "value": {"string_value": "https://us.example/pricing"}},
    ]
    return {
        "event_timestamp": 1772445600000000 + number, "event_name": name, "user_pseudo_id": "1.2", "event_bundle_sequence_id": 5,
        "event_params": params, "traffic_source": {"source": "linkedin", "medium": "paid"}, **more,
    }  # fmt: skip


@pytest.mark.parametrize("shape", ["json", "parquet", "parquet of BigQuery"])
def test_google_analytics_is_read_from_each_shape_of_its_export(shape: str, tmp_path: Path) -> None:
    events = [ga4_event(1, "page_view", user_id="C1"), ga4_event(2, "file_download"), ga4_event(3, "scroll")]
    if shape == "parquet of BigQuery":
        events = [
            {**one, "event_params": {"list": [{"element": part} for part in one["event_params"]]}} for one in events
        ]
    (tmp_path / "export").mkdir()
    lines = tmp_path / ("export/events_20260302.json" if shape == "json" else "lines.json")
    lines.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    if shape != "json":
        duckdb.execute(f"COPY (FROM read_json('{lines}')) TO '{tmp_path}/export/events_20260302.parquet'")
    adopted = adopt(find_origin(str(tmp_path / "export")), "google/ga4", None)
    write_adopted(adopted, tmp_path / "ws")
    settings = load_settings(tmp_path / "ws")
    with workbench() as con:
        landed = land_sources(con, settings, tmp_path / "ws", lambda *_: None)
        done = prepare(con, tmp_path / "ws", settings, ENTITIES, landed, NOW)
        found = con.execute(
            "SELECT kind, occurred_at, contact_id, session_id, page, traffic_source FROM activities ORDER BY occurred_at"
        ).fetchall()
    page = "https://us.example/pricing"
    assert found == [
        ("page_view", datetime(2026, 3, 2, 10, 0, 0, 1), "C1", "1.2.77", page, "linkedin"),
        ("content_downloaded", datetime(2026, 3, 2, 10, 0, 0, 2), None, "1.2.77", page, "linkedin"),
    ]
    assert done.balance["activities"].whole
