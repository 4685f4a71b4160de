"""What a case may say beside its rows: a target list, exchange rates, a currency, a time zone, history of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.golden.cases import Case
from tests.golden.words import NotRunError
from tests.golden.world import LONG_AGO, Scenario

SETTINGS = {
    "time_zone": "time_zone",
    "timezone": "time_zone",
    "currency": "currency",
    "fiscal_year_starts": "fiscal_year_starts",
}
SCOPES = ("target", "control", "non_target", "customers", "all")


def surround(case: Case, scenarios: Sequence[Scenario]) -> None:
    """Add it to every scenario that the adapter made."""
    members = case.group("target_list target_accounts list_members account_list_members targets")
    history = case.group("account_history")
    rates = case.group("fx_rates exchange_rates rates")
    settings = {key: case.inputs.take(name) or case.option(name) for name, key in SETTINGS.items() if _told(case, name)}
    scope = case.option("scope", default="all")
    if scope not in SCOPES:
        raise NotRunError(f"no scope is called {scope}")
    for scenario in scenarios:
        scenario.settings |= settings
        scenario.scope = scope
        scenario.options.pop("scope", None)
        for name in SETTINGS:
            scenario.options.pop(name, None)
        for row in members:
            scenario.rows.add(
                "account_list_members", account_id=row.text("value account account_id"), list=row.text("list") or "target",
                group=row.text("group"), joined_at=row.when("joined_at joined from start") or LONG_AGO,
                left_at=row.when("left_at left to end"),
            )  # fmt: skip
        for row in history:
            scenario.rows.add("account_history", **dict(row))
        for row in rates:
            scenario.rows.add(
                "fx_rates", rate_date=row.when("rate_date date day"), from_currency=row.text("from_currency from"),
                to_currency=row.text("to_currency to"), rate=row.number("rate value"),
            )  # fmt: skip


def _told(case: Case, name: str) -> bool:
    return name in case.inputs or name in case.options
