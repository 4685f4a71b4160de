"""A company of which is known who leaves, and which signs go before: touches cease, tickets say nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from accountlens.language.periods import add_months

FIRST, MONTHS, ACCOUNTS, LEAVERS, QUIET = date(2024, 1, 1), 24, 60, 20, 4  # QUIET: months without a touch before
NOW = "2026-01-01"
SETTINGS = """\
name: Leaving
currency: EUR
sources:
  crm: {path: data}
"""


def files(until: str = NOW) -> dict[str, str]:
    """What was written down before a day: of what comes after, nothing."""
    day = date.fromisoformat(until)
    return {
        "accountlens.yaml": SETTINGS,
        "data/accounts.csv": _csv("account_id,name,created_at", (f"{id_},{id_},2023-01-01" for id_ in _ids())),
        "data/subscriptions.csv": _csv("subscription_id,account_id,started_on,ended_on,mrr", _subscriptions(day)),
        "data/contracts.csv": _csv(
            "contract_id,account_id,started_on,ends_on,value,decision,decided_at", _contracts(day)
        ),
        "data/activities.csv": _csv(
            "activity_id,account_id,kind,direction,occurred_at,status",
            (
                f"t{n},{id_},meeting,outbound,{at}T10:00:00,completed"
                for n, (id_, at) in enumerate(_touches())
                if at < day
            ),
        ),
        "data/tickets.csv": _csv("ticket_id,account_id,created_at,first_response_at", _answered(day)),
        "data/survey_responses.csv": _csv(
            "response_id,survey,answered_at,score,account_id",
            (f"r{n},nps,{at}T10:00:00,{score},{id_}" for n, (id_, at, score) in enumerate(_answers()) if at < day),
        ),
    }


def _ids() -> list[str]:
    return [f"a{number:02d}" for number in range(ACCOUNTS)]


def leaves(id_: str) -> date | None:
    """One account a month from the fifth month on."""
    number = int(id_[1:])
    return add_months(FIRST, 4 + number) + timedelta(days=14) if number < LEAVERS else None


def _subscriptions(until: date) -> Iterator[str]:
    for id_ in _ids():
        end = leaves(id_)
        yield f"s{id_},{id_},2023-06-01,{end if end and end < until else ''},100"
        more = add_months(FIRST, 3 + int(id_[1:]) % 20)
        if end is None and int(id_[1:]) % 2 and more < until:
            yield f"m{id_},{id_},{more},,50"


def _contracts(until: date) -> Iterator[str]:
    for id_ in _ids():
        end = leaves(id_)
        due = end or add_months(FIRST, int(id_[1:]) % 24)
        decided = due if due < until else None
        yield f"c{id_},{id_},2023-06-01,{due},1000,{('lost' if end else 'renewed') if decided else 'pending'},{decided or ''}"


def _touches() -> Iterator[tuple[str, date]]:
    """Four a month of everybody, none in the months before leaving; and afterwards many, which nobody may foresee by."""
    for id_ in _ids():
        end = leaves(id_)
        for month in range(-6, MONTHS):
            for week in range(4):
                at = add_months(FIRST, month) + timedelta(days=7 * week + 2)
                if end is None or at < add_months(end, -QUIET):
                    yield id_, at
                elif at > end:
                    yield from ((id_, at), (id_, at))


def _tickets() -> Iterator[tuple[str, date]]:
    chance = random.Random(7)
    for id_ in _ids():
        for month in range(MONTHS):
            yield from (
                (id_, add_months(FIRST, month) + timedelta(days=chance.randrange(27)))
                for _ in range(chance.randrange(4))
            )


def _answered(until: date) -> Iterator[str]:
    """Tickets with their first answer, which comes late: often after the month's end."""
    for number, (id_, at) in enumerate(_tickets()):
        answer = at + timedelta(days=20)
        if at < until:
            yield f"k{number},{id_},{at}T10:00:00,{f'{answer}T10:00:00' if answer < until else ''}"


def _answers() -> Iterator[tuple[str, date, int]]:
    chance = random.Random(8)
    for id_ in _ids()[15:24]:
        for quarter in range(MONTHS // 3):
            yield id_, add_months(FIRST, 3 * quarter) + timedelta(days=chance.randrange(80)), chance.randrange(11)


def _csv(head: str, lines: Iterator[str]) -> str:
    return "\n".join([head, *lines]) + "\n"
