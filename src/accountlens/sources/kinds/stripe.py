"""Stripe: customers, subscriptions with their items and discounts, products, coupons, and what else is asked for.

Stripe has no cursor of what was modified. So everything is listed once; from then on its events tell which objects
changed, and these are read as they are now, so that the order of the events is of no account. Stripe keeps events for
30 days: after a longer pause, or where a great many objects changed, everything is listed anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.api.fetching import bring
from accountlens.sources.api.system import (
    FLAG,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    ApiSettings,
    Child,
    Connection,
    LastKey,
    Page,
    Position,
    Stream,
    System,
    Token,
    address_in,
)
from accountlens.sources.kept import Fetched
from accountlens.sources.naming import table_name

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Reading = Callable[[str, int, int], None]
PRESET = "api/stripe"
AT_ONCE = 100  # records of a page, the most that Stripe gives
REMEMBERED_SECONDS = 29 * 86_400  # for how long Stripe tells of events, less a day
OVERLAP_SECONDS = 600  # an event may be told of later than it is dated
FEW = 1_000  # objects that are read one by one; more are listed
INSTANTS = frozenset(
    "created start_date trial_start trial_end ended_at canceled_at cancel_at billing_cycle_anchor current_period_start "
    "current_period_end start end due_date period_start period_end finalized_at paid_at voided_at effective_at "
    "redeem_by updated next_payment_attempt".split()
)


@dataclass(frozen=True)
class Object:
    """A kind of object: where it is listed, which events tell of it."""

    path: str
    events: str
    params: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, str] = field(default_factory=dict)  # the same for one of them
    spread: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Child, ...] = ()


PRICE = {
    "price_id": TEXT, "price_product": TEXT, "price_currency": TEXT, "price_unit_amount": INTEGER,
    "price_unit_amount_decimal": TEXT, "price_recurring_interval": TEXT, "price_recurring_interval_count": INTEGER,
    "price_recurring_usage_type": TEXT,
}  # fmt: skip
ITEMS = Child(
    "subscription_item", "items.data", "subscription", frozenset({"price", "price_recurring"}),
    {"id": TEXT, "quantity": INTEGER, "created": INSTANT, **PRICE}, INSTANTS,
)  # fmt: skip
DISCOUNTS = Child(
    "subscription_discount", "discounts", "subscription", frozenset({"source"}),
    {"id": TEXT, "source_coupon": TEXT, "start": INSTANT, "end": INSTANT}, INSTANTS,
)  # fmt: skip
LINES = Child(
    "invoice_line_item", "lines.data", "invoice", frozenset({"period"}), {}, INSTANTS | {"period_start", "period_end"}
)
OBJECTS = {
    "customer": Object(
        "customers", "customer.*", spread=frozenset({"address"}),
        kinds={"name": TEXT, "description": TEXT, "email": TEXT, "currency": TEXT, "created": INSTANT,
               "address_country": TEXT, "address_state": TEXT},
    ),
    "subscription": Object(
        "subscriptions", "customer.*", {"status": "all", "expand[]": "data.discounts"}, {"expand[]": "discounts"},
        kinds={"customer": TEXT, "status": TEXT, "created": INSTANT, "start_date": INSTANT, "trial_end": INSTANT,
               "ended_at": INSTANT, "canceled_at": INSTANT},
        children=(ITEMS, DISCOUNTS),
    ),
    "product": Object("products", "product.*", kinds={"name": TEXT, "type": TEXT, "active": FLAG}),
    "coupon": Object(
        "coupons", "coupon.*", kinds={"percent_off": NUMBER, "amount_off": INTEGER, "currency": TEXT, "duration": TEXT}
    ),
    "price": Object("prices", "price.*", spread=frozenset({"recurring"})),
    "invoice": Object("invoices", "invoice.*", children=(LINES,)),
    "charge": Object("charges", "charge.*"),
    "refund": Object("refunds", "refund.*"),
    "credit_note": Object("credit_notes", "credit_note.*"),
    "dispute": Object("disputes", "charge.dispute.*"),
}  # fmt: skip
USUAL = ("customer", "subscription", "product", "coupon")


class Settings(ApiSettings):
    """Objects of Stripe."""

    secret: ClassVar[tuple[str, ...]] = ("api_key",)

    type: Literal["stripe"] = "stripe"
    url: str = Field("https://api.stripe.com", description="Where the API is; another one for a proxy.")
    api_key: str = Field("${STRIPE_API_KEY}", description="A restricted key with read access, or the secret key.")
    account: str | None = Field(None, description="A connected account (acct_...) to read in place of your own.")
    api_version: str = Field("2025-09-30.clover", description="The version of the API that answers.")


def recognise(text: str) -> dict[str, str] | None:
    """`stripe`; `stripe://host` where a proxy stands before it."""
    address = address_in(text, "stripe")
    if address is None:
        return None
    return {"type": "stripe", **({"url": address} if address else {}), "api_key": "${STRIPE_API_KEY}"}


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    return bring(SYSTEM, name, source, folder, file, progress)


def _connect(source: Settings, fill: Callable[[str], str]) -> Connection:
    headers = {"Stripe-Version": source.api_version} | ({"Stripe-Account": source.account} if source.account else {})
    return Connection(fill(source.url).rstrip("/") + "/v1", Token(fill(source.api_key)), headers)


def _streams(client: Client, source: Settings) -> Iterator[Stream]:
    for name in _wanted(source, client.where):
        kind = OBJECTS[name]
        inside = {"is_deleted": FLAG, "created": INSTANT}
        yield Stream(
            table=name,
            pages=partial(_pages, name, kind),
            spread=kind.spread,
            instants=INSTANTS,
            kinds={**inside, **kind.kinds},
            children=kind.children,
            complete=True,
        )


def _wanted(source: Settings, where: str) -> list[str]:
    """The objects that are asked for, by their names in Stripe; those inside of others come with them."""
    if not source.tables:
        return list(USUAL)
    homes = {child.table: name for name, kind in OBJECTS.items() for child in kind.children} | {n: n for n in OBJECTS}
    wanted = []
    for table in source.tables:
        home = homes.get(table_name(table.name)) or homes.get(table_name(table.name).removesuffix("s"))
        if home is not None:
            wanted.append(home)
        elif not table.optional:
            mend = suggest(table.name, homes) or f"There are: {', '.join(sorted(homes))}."
            raise AccountlensError(f"Stripe has no '{table.name}' here.", f"{where}, tables", mend)
    return list(dict.fromkeys(wanted))


def _pages(name: str, kind: Object, client: Client, position: Position) -> Iterator[Page]:
    """What changed since the last fetch by the events; else all there is, from where a listing stopped."""
    since = position.get("since")
    if since is None or "until" in position or time.time() - since > REMEMBERED_SECONDS:
        listed = position if "until" in position else {"since": _latest_event(client)}
        yield from _listed(kind, client, listed)
        return
    told, changed = _changed(name, kind, client, since)
    if len(changed) > FEW:
        yield from _listed(kind, client, {"since": told})
        return
    for start in range(0, len(changed), AT_ONCE):
        some = [(key, client.find(f"{kind.path}/{key}", kind.each)) for key in changed[start : start + AT_ONCE]]
        there = [record for _, record in some if record is not None and not record.get("deleted")]
        gone = [key for key, record in some if record is None or record.get("deleted")]
        yield Page([_filled(client, kind, record) for record in there], {"since": since}, gone=gone)
    yield Page((), {"since": max(since, told)})


def _latest_event(client: Client) -> int:
    """By Stripe's clock, when something last happened; now, where nothing did."""
    events = client.get("events", {"limit": 1})["data"]
    return int(events[0]["created"]) if events else int(time.time()) - OVERLAP_SECONDS


def _listed(kind: Object, client: Client, position: Position) -> Iterator[Page]:
    """All of them, the newest first. A listing that died goes on with those that were made before the last one."""
    params: dict[str, Any] = {"limit": AT_ONCE, **kind.params}
    if "until" in position:
        params["created[lte]"] = position["until"]
    for records, _ in client.pages(kind.path, params, records="data", follow=LastKey("starting_after", "has_more")):
        until = {"until": records[-1]["created"]} if records else {}
        yield Page([_filled(client, kind, record) for record in records], {"since": position["since"], **until})
    yield Page((), {"since": position["since"]}, whole=True)


def _changed(name: str, kind: Object, client: Client, since: int) -> tuple[int, list[str]]:
    """When the last event was, and the objects that events tell of."""
    params = {"type": kind.events, "created[gte]": since - OVERLAP_SECONDS, "limit": AT_ONCE}
    last, changed = since, dict[str, None]()
    for events, _ in client.pages("events", params, records="data", follow=LastKey("starting_after", "has_more")):
        for event in events:
            last = max(last, event["created"])
            told = event["data"]["object"]
            key = told.get("id") if told.get("object") == name else told.get(name)  # a discount names its subscription
            if isinstance(key, str):
                changed[key] = None
    return last, list(changed)


def _filled(client: Client, kind: Object, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record with all that stands inside of it: Stripe gives the first few, and where the others are."""
    whole = dict(record)
    for child in kind.children:
        holder, _, data = child.inside.partition(".")
        inner = record.get(holder)
        if data and isinstance(inner, Mapping) and inner.get("has_more"):
            path = str(inner["url"]).removeprefix("/v1/")
            every: Sequence[Any] = [
                one
                for records, _ in client.pages(
                    path, {"limit": AT_ONCE}, records="data", follow=LastKey("starting_after", "has_more")
                )
                for one in records
            ]
            whole[holder] = {**inner, data: every}
    return whole


SYSTEM = System(
    title="Stripe",
    connect=_connect,
    streams=_streams,
    passing=lambda code, answer: code == 409 or "lock_timeout" in str(answer),
    mend={
        "401": "Is the key whole, of the right account, and not revoked? (Developers, API keys)",
        "permission": "Give the restricted key read access to customers, subscriptions, products, coupons and events.",
        "403": "Give the restricted key read access to customers, subscriptions, products, coupons and events.",
        "rate_limit": "Stripe allows about 100 requests a second; something else uses them up.",
    },
)
