"""What requests look like: examples of their parameters and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accountlens.surfaces.web.alert_rule_models import EXAMPLE as RULE

DELIVERY = {
    "name": "Weekly KPIs",
    "kind": "kpis",
    "schedule": "every Monday 08:00",
    "channel": "archive",
    "audience": "all",
    "options": {"kpis": ["win_rate", "nps"], "period": "last-quarter"},
}
KPI = {
    "name": "won_revenue_per_engaged_account",
    "label": "Won revenue per engaged account",
    "asks": "What do we win for each account that deals with us?",
    "family": "economics",
    "unit": "money",
    "formula": "sales_revenue / engaged_accounts.engaged",
}
LAYOUT = {
    "name": "Quarterly numbers",
    "narrowing": {"period": "last-4-quarters", "grain": "quarter"},
    "tiles": [
        {"id": "won", "kind": "line", "box": {"x": 0, "y": 0, "w": 6, "h": 4}, "kpis": ["win_rate"], "by": ["tier"]},
        {"id": "nps", "kind": "number", "box": {"x": 6, "y": 0, "w": 3, "h": 4}, "kpis": ["nps"]},
    ],
}
MATCH = {"value": "domain:acme.example", "account": "A00002", "note": "Their webshop."}
NOTE = {"text": "The plant in Leeds moves to us in spring.", "account_id": "A00002", "on": "2026-09-14"}
TARGET = {"kpi": "sales_revenue", "scope": "company", "period": "2026-Q4", "amount": 1_200_000}

PARAMETERS: Mapping[str, Any] = {  # by name; by path and name where it means something else there
    "account": "A00002",
    "account_id": "A00002",
    "accounts/{name}": "A00002",
    "action": "token_made",
    "as_of": "2026-08-31",
    "before": 500,
    "by": ["tier"],
    "catalog/{kpi}": KPI["name"],
    "columns": ["tier", "mrr"],
    "compare": "previous",
    "goal": "expansion",
    "having": ["mrr >= 1000"],
    "kpi": "win_rate",
    "kpis": ["win_rate", "nps"],
    "limit": 20,
    "lists": ["target"],
    "measure": "won",
    "offset": 100,
    "owner": "E0001",
    "page": "accounts",
    "period": "last-quarter",
    "person": "C000001",
    "rule": "health-is-low",
    "scope": "owner",
    "search": "mills",
    "silent_days": 60,
    "since": "2026-07-01",
    "sort": "name",
    "spark": 6,
    "stage": "mqa",
    "stages": ["customer"],
    "survey": "nps",
    "table": "orders",
    "timeline/kinds": ["deal", "ticket"],
    "todo/kinds": ["renewal", "at_risk"],
    "top": 10,
    "top_kpi": "win_rate",
    "until": "2026-09-30",
    "where": "tier = 'A'",
    "within_days": 90,
}
FORMS: Mapping[str, str] = {  # how it looks that a workspace makes, names or says by itself
    "as_known_at": "2026-10-01T06:00",
    "cursor": "WzEwMCwiMjAyNi0xMC0wMVQwNi0wMC0wMC0wNjU1IiwiYTRmMTljMGUyYjcxIl0",
    "first": "2026-09-01T06-00-00-0412",
    "id_": "d41c9f0b7a2e5",
    "profile": "board",
    "channels/{name}": "archive",
    "reason": "ordered_at '31/02/2026' is no date",
    "second": "2026-10-01T06-00-00-0655",
    "secret": "k3J0pX2wQ9",
    "sending_id": "msg_41c9f0b7a2e5",
    "snapshot": "2026-10-01T06-00-00-0655",
    "token_id": "t41c9f0b7a2e5",
    "user_id": "u41c9f0b7a2e5",
}
BODIES: Mapping[str, Any] = {
    "POST /query": {"kpis": ["win_rate", "nps"], "by": ["tier"], "period": "last-4-quarters", "grain": "quarter"},
    "POST /catalog/preview": {name: KPI[name] for name in ("formula", "unit", "name")},
    "POST /catalog": KPI,
    "PUT /catalog/{kpi}": {**KPI, "notes": "Beside the win rate."},
    "PUT /benchmarks/{kpi}": {
        "benchmarks": [{"low": 0.15, "high": 0.25, "source": "SaaS survey 2025, 312 companies", "dated": "2025-06-30"}]
    },
    "POST /data/refresh": {"full": False},
    "POST /data/quarantine/mended": {
        "rows": [{"table": "orders", "source": "files", "row_number": 214, "ordered_at": "2026-02-28"}]
    },
    "POST /data/matches": MATCH,
    "POST /data/matches/preview": {**MATCH, "period": "last-12-months"},
    "POST /data/merges": {"loser": "A00004", "survivor": "A00002", "on": "2026-07-01"},
    "POST /lists": {"name": "pilot 2026"},
    "POST /lists/{name}/members": {"accounts": ["A00002", "A00004"], "on": "2026-10-01", "group": "target"},
    "POST /lists/{name}/members/removed": {"accounts": ["A00002"], "on": "2026-10-01"},
    "POST /lists/{name}/import": {"text": "account_id,joined_at,group\nA00002,2026-10-01,target\n", "check": True},
    "POST /tiers": {"tier": "A", "accounts": ["A00002"], "on": "2026-10-01"},
    "POST /tiers/import": {"text": "account_id,tier,valid_from\nA00002,A,2026-10-01\n", "check": True},
    "POST /targets": TARGET,
    "POST /targets/import": {"text": "kpi,scope,period,amount\nwin_rate,tier:A,2027-Q1,40%\n", "check": True},
    "POST /targets/{id_}/retire": {"note": "Set anew for the new fiscal year."},
    "POST /targets/{id_}/cascade": {"over": "month", "how": "evenly", "save": False},
    "POST /targets/{id_}/gather": {"over": "month"},
    "POST /goals/{goal}/start": {"period": "2026-Q4"},
    "POST /dashboards": LAYOUT,
    "PATCH /dashboards/{id_}": {"version": 1, "layout": LAYOUT, "shared": "look"},
    "PUT /views": {"page": "accounts", "name": "Renewals of my tier A", "state": "columns=tier,mrr&sort=-mrr"},
    "POST /notes": NOTE,
    "PATCH /notes/{id_}": {"text": NOTE["text"]},
    "POST /alerts/{id_}/snooze": {"until": "2030-01-07T07:00:00Z"},
    "POST /alerts/accounts/{account_id}/snooze": {"until": "2030-01-07T07:00:00Z"},
    "POST /alerts/rules/import": {"text": "rules: {}"},
    "PUT /alerts/rules/{id_}": {"rule": RULE, "on": True},
    "POST /alerts/rules/{id_}/switch": {"on": False},
    "POST /alerts/backtest": {"rule": RULE},
    "POST /alerts/preview": {"rule": RULE},
    "POST /deliveries": DELIVERY,
    "POST /deliveries/check": DELIVERY,
    "POST /deliveries/preview": DELIVERY,
    "POST /deliveries/log/{sending_id}/retry": {"even_if_sent": False},
    "PATCH /deliveries/{id_}": {"schedule": "first working day of the month 07:30", "paused": False},
    "POST /reports/frozen": {"cadence": "monthly", "audience": "company", "period": "2026-08"},
    "POST /session": {"email": "jane@example.com", "password": "five plain words do well"},
    "POST /session/password": {"old": "five plain words do well", "new": "tall windows hum softly"},
    "POST /setup": {
        "secret": FORMS["secret"],
        "email": "jane@example.com",
        "name": "Jane Doe",
        "password": "five plain words do well",
    },
    "POST /invitations/{secret}": {"password": "five plain words do well", "name": "Jane Doe"},
    "POST /invitations": {"user_id": FORMS["user_id"]},
    "POST /users": {"email": "joe@example.com", "name": "Joe Doe", "role": "account_manager", "employee_id": "E0001"},
    "PATCH /users/{user_id}": {"name": "Joe A. Doe", "role": "manager"},
    "POST /exports": {"page": "/voice?period=last-quarter", "title": "Detractors", "form": "text/csv", "rows": 12},
    "POST /tokens": {"name": "nightly export", "scope": "read", "days": 90},
}
