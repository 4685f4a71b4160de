"""The head of an account's page: whose it is, where it stands, how well it is and why, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accountlens.engine.account_page import AccountPage, account_glance
from accountlens.engine.changes import Line
from accountlens.engine.exports import Row
from accountlens.engine.outlook import Outlook
from accountlens.language.calendar import BEGINNING
from accountlens.pages.needs import Need
from accountlens.pages.stand import Elsewhere, Record, Stand, days_between, stand
from accountlens.workspace.asking import Asking

BANDS = ("green", "amber", "red")


@dataclass(frozen=True)
class Standing:
    """A stage of the journey and since when (None: always, as far as is known); `before` is the one it came from."""

    stage: str
    since: datetime | None
    before: str


@dataclass(frozen=True)
class AccountHealth:
    """`lines` are its components, adding up to the value now and in the period before; those that moved most first."""

    value: float
    band: str | None  # green | amber | red
    change: float | None
    lines: Sequence[Line]


@dataclass(frozen=True)
class Renewal:
    """The next end of a contract nobody has decided, else of a subscription. `value`: of the term, else a month."""

    kind: str  # contract | subscription
    id: str
    due_at: datetime
    days: int
    value: float | None


@dataclass(frozen=True)
class LastTouch:
    activity_id: str
    at: datetime
    kind: str
    direction: str | None
    contact: str | None
    employee: str | None


@dataclass(frozen=True)
class Header:
    """`figures` are answer rows of the period, each compared with the one before; unknown ones are left out.

    `apart`: the warehouse that has what others are counted from, of a period whose figures are not kept here.
    """

    account: Mapping[str, Any]
    owner: str | None
    parent: str | None
    stage: Standing | None
    health: AccountHealth | None
    renewal: Renewal | None
    last_touch: LastTouch | None
    figures: Sequence[Row]
    outlooks: Sequence[Outlook]
    period: str
    currency: str
    now: datetime
    needs: Sequence[Need] = field(default_factory=tuple)
    apart: Elsewhere | None = None


def header(workspace: Asking, account: str, *, period: str = "last-3-months", snapshot: str | None = None) -> Header:
    """The account of that id, name or domain; `AccountlensError` where there is none, or several.

    Figures are those of the period against the one before; stage, renewal and last touch are those of now.
    """
    here = stand(workspace, snapshot)
    here.span(period)
    far = here.far.session if here.far else None
    page = account_glance(account, period, here.ground, here.session, here.opened.backdrop, far)
    id = page.account["account_id"]
    names = _names(here, id)
    return Header(
        page.account, names["owner"], names["parent"], _stage(here, id), _health(page), _renewal(here, id),
        _last_touch(here, id), page.figures, page.outlooks, period, page.currency, here.now, _needs(here),
        here.elsewhere if page.apart else None,
    )  # fmt: skip


def _names(here: Stand, account: str) -> Record:
    (found,) = here.rows(
        """SELECT COALESCE(e.name, a.owner_id) AS owner, COALESCE(p.name, a.parent_account_id) AS parent FROM accounts a
        LEFT JOIN employees e ON e.employee_id = a.owner_id
        LEFT JOIN accounts p ON p.account_id = a.parent_account_id WHERE a.account_id = $account LIMIT 1""",
        "accounts", "employees", account=account,
    )  # fmt: skip
    return found


def _stage(here: Stand, account: str) -> Standing | None:
    found = here.rows(
        """SELECT stage, from_at AS since, stage_before AS before FROM account_stages
        WHERE account_id = $account AND from_at < $now AND (to_at IS NULL OR to_at >= $now)""",
        "account_stages", account=account, now=here.now,
    )  # fmt: skip
    if not found:
        return None
    (one,) = found
    return Standing(one["stage"], one["since"] if one["since"] > BEGINNING else None, one["before"])


def _health(page: AccountPage) -> AccountHealth | None:
    row = next((row for row in page.figures if row["kpi"] == "health_score"), None)
    if row is None:
        return None
    change = page.changes.get("health_score")
    band = next((name for name in BANDS if row["parts"].get(name)), None)
    lines = change.lines if change else _components(row)
    return AccountHealth(row["value"], band, row["compare"]["previous"]["change"], lines)


def _components(row: Row) -> list[Line]:
    """What the value is made of, where nothing is known of before or nothing has changed."""
    then = row["compare"]["previous"].get("parts", {})
    return [Line(name, before or 0.0, row["parts"].get(name) or 0.0) for name, before in then.items()]


def _renewal(here: Stand, account: str) -> Renewal | None:
    found = here.rows(
        """SELECT 'contract' AS kind, contract_id AS id, ends_on AS due_at, value FROM contracts
        WHERE account_id = $account AND ends_on >= $now AND started_on < $now
            AND COALESCE(decision, 'pending') = 'pending'
        UNION ALL
        SELECT 'subscription', subscription_id, ended_at, mrr FROM subscription_spans
        WHERE account_id = $account AND started_at < $now AND ended_at >= $now
        ORDER BY kind, due_at, id LIMIT 1""",
        "contracts", "subscription_spans", account=account, now=here.now,
    )  # fmt: skip
    if not found:
        return None
    (one,) = found
    return Renewal(one["kind"], one["id"], one["due_at"], days_between(here, here.now, one["due_at"]), one["value"])


def _last_touch(here: Stand, account: str) -> LastTouch | None:
    found = here.rows(
        f"""SELECT t.activity_id, t.occurred_at AS at, t.kind, t.direction, c.name AS contact, e.name AS employee
        FROM {here.touches} t
        LEFT JOIN contacts c ON c.contact_id = t.contact_id
        LEFT JOIN employees e ON e.employee_id = t.employee_id
        WHERE t.account_id = $account AND t.occurred_at < $now
        ORDER BY t.occurred_at DESC, t.activity_id DESC LIMIT 1""",
        here.touches, "contacts", "employees", account=account, now=here.now,
    )  # fmt: skip
    return LastTouch(**found[0]) if found else None


def _needs(here: Stand) -> list[Need]:
    needs = here.lacking("the last touch", "activities") + here.lacking("the open pipeline", "opportunities")
    return needs if _renewals_told(here) else needs + here.lacking("the next renewal", "contracts")


def _renewals_told(here: Stand) -> bool:
    """Contracts tell them, or subscriptions that say when they are to end."""
    ending = "SELECT 1 FROM subscription_spans WHERE ended_at >= $now LIMIT 1"
    return here.has("contracts") or bool(here.whole.rows(ending, "subscription_spans", now=here.now))
