"""Alerts as somebody sees them: those of accounts he sees, with owner, next step and whether they are snoozed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.alerts.kept import KeptRule, rules
from accountlens.alerts.ledger import read_sign
from accountlens.alerts.playbook import next_step, playbook
from accountlens.alerts.rules import ACCOUNT
from accountlens.alerts.signs import Question, Sign
from accountlens.alerts.snoozing import snoozes
from accountlens.language.asked import parse_asked
from accountlens.pages.stand import Stand, names_of, stand
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows
from accountlens.workspace.asking import Asking

COLUMNS = ("id", "rule_id", "each_of", "subject", "state", "opened_at", "seen_at", "resolved_at", "acknowledged_by",
           "sign")  # fmt: skip
HELD = ("rule_id", "each_of", "subject", "sign")
LIVE = ("open", "acknowledged")
OF_A_KPI = (
    "threshold",
    "change",
    "baseline",
    "pacing",
    "renewal",
)  # their number is that of the KPI they ask about


@dataclass(frozen=True)
class Whose:
    """What an alert is about: an account (with what is known of it), or a group of accounts."""

    each: str
    subject: str
    name: str
    account_id: str | None
    tier: str | None = None
    owner_id: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Figure:
    """The KPI that leads to the rows; `value` and `expected` in its unit, where the alert is about that very number."""

    label: str
    unit: str
    value: float | None
    expected: float | None


@dataclass(frozen=True)
class Alert:
    """`state`: open, acknowledged or resolved; `snoozed_until` where it is snoozed, itself or by its account.

    `account_snoozed`: all of its account is, so that it wakes with that.

    `people` are the contacts it is about, by id and name. Times are UTC without zone; those of raising and ending are
    moments of snapshots.
    """

    id: str
    rule: str
    label: str
    kind: str
    goal: str
    severity: str
    route: str
    whose: Whose
    state: str
    snoozed_until: datetime | None
    account_snoozed: bool
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None
    acknowledged_by: str | None
    why: str
    value: float | None
    expected: float | None
    numbers: Mapping[str, Any]
    people: Sequence[Mapping[str, str]]
    question: Question | None
    figure: Figure | None
    next_step: str


@dataclass(frozen=True)
class HeldBack:
    """What looked like an alert and is none, and why."""

    rule: str
    label: str
    whose: Whose
    held: str
    why: str
    question: Question | None
    figure: Figure | None


@dataclass(frozen=True)
class Group:
    """All that is to be told of one account, or of one group of accounts."""

    whose: Whose
    alerts: Sequence[Alert]


@dataclass(frozen=True)
class OwnerLoad:
    """How much waits for one owner."""

    owner_id: str | None
    owner: str | None
    accounts: int
    alerts: int


def alerts(
    workspace: Asking, *, states: Iterable[str] = LIVE, account_id: str | None = None, rule: str | None = None,
    owner: str | None = None, snoozed: bool | None = False, now: datetime | None = None,
) -> list[Alert]:  # fmt: skip
    """Those of what the workspace's viewer sees, the latest first; `snoozed` None: both those that are and are not."""
    tests = {"rule_id =": rule, "subject =": account_id, "each_of =": ACCOUNT if account_id else None}
    where = {test: value for test, value in tests.items() if value is not None}
    order = "opened_at DESC, rule_id, subject"
    rows = read_rows(workspace.store.database, "alerts", COLUMNS, order=order, limit=-1, where=where)
    wanted = set(states)
    rows = [row for row in rows if row[4] in wanted and visible(row[2], row[3], workspace.seen)]
    if not rows:
        return []
    dress = _Dresser(workspace, now or utc_now())
    dress.know(((row[2], row[3]) for row in rows), (one for row in rows for one in json.loads(row[9])["people"]))
    found = (dress.alert(row) for row in rows)
    return [
        one for one in found
        if (snoozed is None or bool(one.snoozed_until) == snoozed) and (owner is None or one.whose.owner_id == owner)
    ]  # fmt: skip


def held_back(workspace: Asking, rule: str | None = None, account_id: str | None = None) -> list[HeldBack]:
    """What the last check of each rule held back, of what the viewer sees."""
    tests = {"rule_id =": rule, "subject =": account_id}
    where = {test: value for test, value in tests.items() if value is not None}
    rows = read_rows(workspace.store.database, "alerts_held", HELD, order="rule_id, subject", limit=-1, where=where)
    rows = [row for row in rows if visible(row[1], row[2], workspace.seen)]
    if not rows:
        return []
    dress = _Dresser(workspace, utc_now())
    dress.know(((row[1], row[2]) for row in rows), ())
    return [dress.held(row) for row in rows]


def whose_of(workspace: Asking, each: str, subjects: Iterable[str]) -> dict[str, Whose]:
    """What is known of some subjects of a rule."""
    dress = _Dresser(workspace, utc_now())
    dress.know(((each, one) for one in subjects), ())
    return {subject: whose for (_, subject), whose in dress.whose.items()}


def grouped(found: Iterable[Alert], latest_first: bool = False) -> list[Group]:
    """One for each account with all its reasons: most reasons first, then the latest; or the latest first alone."""
    by: dict[tuple[str, str], list[Alert]] = {}
    for one in found:
        by.setdefault((one.whose.each, one.whose.subject), []).append(one)
    groups = [Group(some[0].whose, some) for some in by.values()]

    def rank(one: Group) -> tuple[int, float, str]:
        latest = max(alert.opened_at for alert in one.alerts)
        return 0 if latest_first else -len(one.alerts), -latest.timestamp(), one.whose.name

    return sorted(groups, key=rank)


def loads(groups: Sequence[Group]) -> list[OwnerLoad]:
    """How much waits for whom, the most first; what has no owner last."""
    accounts, waiting = Counter[str | None](), Counter[str | None]()
    names: dict[str | None, str | None] = {}
    for group in groups:
        if group.whose.account_id is not None:
            owner = group.whose.owner_id
            names[owner] = group.whose.owner
            accounts[owner] += 1
            waiting[owner] += len(group.alerts)
    order = sorted(accounts, key=lambda one: (one is None, -waiting[one], str(names[one])))
    return [OwnerLoad(one, names[one], accounts[one], waiting[one]) for one in order]


def visible(each: str, subject: str, seen: frozenset[str] | None) -> bool:
    """What is about one account is seen by who sees it; what is about more, by who sees all."""
    return seen is None or (each == ACCOUNT and subject in seen)


class _Dresser:
    """Puts beside what is kept what is known now."""

    def __init__(self, workspace: Asking, now: datetime) -> None:
        self.now = now
        self.here: Stand = stand(workspace)
        self.rules: Mapping[str, KeptRule] = {one.id: one for one in rules(workspace.store)}
        self.steps = playbook(workspace.folder)
        self.snoozes = snoozes(workspace.store, now)
        self.whose: dict[tuple[str, str], Whose] = {}
        self.people: Mapping[str, str] = {}

    def know(self, subjects: Iterable[tuple[str, str]], people: Iterable[str]) -> None:
        """Look up at once what is known of all subjects and contacts."""
        wanted = set(subjects)
        accounts = sorted(subject for each, subject in wanted if each == ACCOUNT)
        known = {row["account_id"]: row for row in self._accounts(accounts)}
        for each, subject in wanted:
            if each == ACCOUNT:
                row = known.get(subject)  # none: a source, or an account that is there no more
                self.whose[each, subject] = (
                    Whose(each, subject, row["name"] or subject, subject, row["tier"], row["owner_id"], row["owner"])
                    if row
                    else Whose(each, subject, subject, None)
                )
            else:
                self.whose[each, subject] = Whose(each, subject, subject or "The company", None)
        contacts = list(people)
        self.people = names_of(self.here, "contacts", "contact_id", contacts) if contacts else {}

    def _accounts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        return self.here.rows(
            """SELECT a.account_id, a.name, a.tier, a.owner_id, COALESCE(e.name, a.owner_id) AS owner FROM accounts a
            LEFT JOIN employees e ON e.employee_id = a.owner_id WHERE a.account_id IN $ids""",
            "accounts", "employees", ids=list(ids),
        )  # fmt: skip

    def alert(self, row: Sequence[Any]) -> Alert:
        id_, rule_id, each, subject, state, opened, seen, resolved, by, kept = row
        whose, sign = self.whose[each, subject], read_sign(json.loads(kept))
        rule = self.rules.get(rule_id)
        of_rule = (rule_id, "", "", "medium", "")
        if rule:
            of_rule = rule.rule.label, rule.rule.when.kind, rule.rule.goal, rule.rule.severity, rule.rule.route
        of_account = None if state == "resolved" else self._of_account(whose)
        asleep = None if state == "resolved" else self.snoozes.get(f"alert:{id_}")
        until = max(filter(None, (asleep, of_account)), default=None)
        over = datetime.fromisoformat(resolved) if resolved else None
        step = next_step(self.steps, rule_id, rule.rule, whose.tier) if rule else ""
        return Alert(
            id_, rule_id, *of_rule, whose, state, until, of_account is not None, datetime.fromisoformat(opened),
            datetime.fromisoformat(seen), over, by, sign.why, sign.value, sign.expected, sign.numbers,
            self._people(sign), sign.question, self._figure(sign, of_rule[1]), step,
        )  # fmt: skip

    def held(self, row: Sequence[Any]) -> HeldBack:
        rule_id, each, subject, kept = row
        sign, rule = read_sign(json.loads(kept)), self.rules.get(rule_id)
        assert sign.held
        label = rule.rule.label if rule else rule_id
        figure = self._figure(sign, rule.rule.when.kind if rule else "")
        return HeldBack(rule_id, label, self.whose[each, subject], sign.held.value, sign.why, sign.question, figure)

    def _figure(self, sign: Sign, kind: str) -> Figure | None:
        """None also where the KPI is in the catalog no more: nothing can be asked about it."""
        name = parse_asked(sign.question.kpi).name if sign.question else ""
        if name not in self.here.ground.catalog.kpis:
            return None
        definition = self.here.ground.catalog.definition(name)
        numbers = (sign.value, sign.expected) if kind in OF_A_KPI else (None, None)
        return Figure(definition.label, definition.unit, *numbers)

    def _of_account(self, whose: Whose) -> datetime | None:
        return self.snoozes.get(f"account:{whose.account_id}") if whose.account_id else None

    def _people(self, sign: Sign) -> list[Mapping[str, str]]:
        return [{"id": one, "name": self.people[one]} for one in sign.people if one in self.people]
