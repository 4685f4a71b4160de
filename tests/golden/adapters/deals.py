"""Opportunities as rows, from whatever a case calls them."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.golden.adapters.shapes import ACCOUNT
from tests.golden.words import Given, NotRunError, split
from tests.golden.world import Row, Rows

DEALS = "opportunities deals opps pipeline won_deals closed_deals sales rows"
ID = "id opportunity_id opp_id deal_id opportunity opp deal"
OWNER = "rep owner owner_id rep_id employee employee_id"
CREATED = "created created_at created_on opened opened_at open_date create_date created_date"
CLOSED = "closed closed_at closed_on close close_date won_at closed_date won_on lost_at"
AMOUNT = "amount deal_size deal_value acv tcv revenue price"
DAYS = "days cycle_days duration_days days_to_close duration cycle"
PLAIN = "stage type source product_id currency campaign_id"
STATUS = {
    "won": "won closed_won win accepted signed",
    "lost": "lost closed_lost loss no_decision",
    "open": "open pending in_progress active",
    "disqualified": "disqualified duplicate derailed dq",
}
Frame = tuple[datetime, datetime, datetime]  # start, middle and end of the period


def status_of(row: Given, default: str = "won") -> str:
    """A status in any of its words, or a flag `won`."""
    word = row.take("status outcome result state")
    if word is not None:
        plain = str(word).strip().lower().replace(" ", "_").replace("-", "_")
        found = next((status for status, words in STATUS.items() if plain in split(words)), None)
        if found is None:
            raise NotRunError(f"'{word}' is no status of an opportunity")
        return found
    won, still_open = row.take("won is_won event observed"), row.take("open is_open")
    if still_open:
        return "open"
    if won is None:
        return default
    return "won" if won in (True, 1, "1", "true") else "lost"


def opportunity(rows: Rows, row: Given, frame: Frame, default: str = "won", bare: str = "amount") -> list[str]:
    """`n` equal opportunities of one row. A column `value`, or a bare number, is its amount or its days (`bare`)."""
    status = status_of(row, default)
    created, closed = _dates(row, status, frame, row.number(DAYS, "value" if bare == "days" else ""))
    owner = row.text(OWNER)
    columns: Row = {
        **row.some(PLAIN),
        "status": status,
        "created_at": created,
        "closed_at": closed,
        "qualified_at": _qualified(row, created),
        "amount": row.number(AMOUNT, "value" if bare == "amount" else ""),
        "probability": row.number("probability prob win_probability p"),
        "owner_id": rows.employee(owner, team=row.take("team")) if owner else None,
    }
    ids, given, count = [], row.text(ID), row.whole("n count number", default=1)
    for index in range(count):
        id = rows.fresh("deal") if given is None else given if count == 1 else f"{given}.{index + 1}"
        account = rows.account(row.text(ACCOUNT), **row.some("segment tier region"))
        rows.add("opportunities", opportunity_id=id, account_id=account, **columns)
        _first_touch(rows, row, account)
        ids.append(id)
    rows.ensure("opportunities")
    return ids


def _qualified(row: Given, created: datetime) -> datetime | None:
    """An instant, or a flag that says it was from the first."""
    found = row.take("qualified_at qualified_on qualified is_qualified")
    if isinstance(found, bool | int):
        return created if found else None
    return Given({"at": found}).when("at")


def _dates(row: Given, status: str, frame: Frame, days: float | None) -> tuple[datetime, datetime | None]:
    """As given; else a duration sets the other end; else a day inside the period."""
    start, middle, end = frame
    created, closed = row.when(CREATED), row.when(CLOSED)
    length = timedelta(days=days if days is not None else 5)
    if status == "open":
        return created or (end - length if days is not None else start - timedelta(days=30)), closed
    if created is None:
        closed = closed or middle
        return closed - length, closed
    return created, closed or created + length


def _first_touch(rows: Rows, row: Given, account: str) -> None:
    moment = row.when("first_touch first_touch_at first_contact first_contact_at")
    if moment is not None:
        touch(rows, account, moment)


def touch(rows: Rows, account: str | None, moment: datetime, **columns: object) -> None:
    """A call that reached somebody: a touch in every reading of the word."""
    who = rows.contact(account, f"person of {account}")
    chosen = {"kind": "call", "status": "completed", "contact_id": who} | {
        name: value for name, value in columns.items() if value is not None
    }
    rows.add("activities", activity_id=rows.fresh("touch"), occurred_at=moment, account_id=account, **chosen)
