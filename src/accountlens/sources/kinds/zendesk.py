"""Zendesk Support: tickets, their comments and changes of status, people, organizations, ratings.

Tickets and people are read by Zendesk's cursors, the rest from the last instant on; Zendesk holds back what changed in
the last minute, so that nothing is missed. Deleted tickets come as such, deleted people as not active. Of comments only
who wrote when is kept, never what. Tables and columns are called as Fivetran calls them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.api.fetching import bring
from accountlens.sources.api.system import (
    FLAG,
    INSTANT,
    INTEGER,
    TEXT,
    ApiSettings,
    Basic,
    Child,
    Connection,
    Link,
    Page,
    Position,
    Record,
    Stream,
    System,
    Token,
    address_in,
)
from accountlens.sources.kept import Fetched
from accountlens.sources.naming import snake_case, table_name

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Reading = Callable[[str, int, int], None]
PRESET = "api/zendesk"
AT_ONCE = 1000  # records of a page of an export, the most there are
RECENT_SECONDS = 120  # from a later instant on Zendesk gives nothing but an error
SLOW_SECONDS = 60 * 60  # ratings are read again so far back: a listing is no export
SAID = ("description", "raw_subject", "fields", "custom_fields", "signature", "notes", "details", "photo")  # not kept
INSTANTS = frozenset({"created_at", "updated_at", "last_login_at", "due_at", "generated_timestamp", "deleted_at"})
EVENTS = "_dlt_ticket_event"  # what happened, of which comments and changes are tables of their own, and land
TABLES = {
    "ticket": ("ticket", "tickets", "ticket_metric"),
    "ticket_comment": ("ticket_comment", "ticket_field_history", "ticket_events"),
    "user": ("user", "users"),
    "organization": ("organization", "organizations", "domain_name"),
    "satisfaction_rating": ("satisfaction_rating", "satisfaction_ratings"),
}


class Settings(ApiSettings):
    """Tables of Zendesk Support."""

    secret: ClassVar[tuple[str, ...]] = ("api_token", "access_token")

    type: Literal["zendesk"] = "zendesk"
    url: str = Field("${ZENDESK_URL}", description="https://acme.zendesk.com")
    user: str | None = Field(None, description="The address of an admin or agent, with api_token: ${ZENDESK_USER}.")
    api_token: str | None = Field(None, description="${ZENDESK_TOKEN}")
    access_token: str | None = Field(None, description="Of OAuth, in place of user and api_token.")

    @model_validator(mode="after")
    def _signs_in(self) -> Settings:
        by_key = [key for key in (self.user, self.api_token) if key is not None]
        if len(by_key) != (0 if self.access_token else 2):
            raise ValueError("name user and api_token, or an access_token")
        return self


def recognise(text: str) -> dict[str, str] | None:
    """`zendesk`, or `zendesk://acme.zendesk.com`."""
    address = address_in(text, "zendesk")
    if address is None:
        return None
    return {
        "type": "zendesk",
        "url": address or "${ZENDESK_URL}",
        "user": "${ZENDESK_USER}",
        "api_token": "${ZENDESK_TOKEN}",
    }


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    return bring(SYSTEM, name, source, folder, file, progress)


def _connect(source: Settings, fill: Callable[[str], str]) -> Connection:
    url = fill(source.url).rstrip("/") + "/api/v2"
    if source.access_token is not None:
        return Connection(url, Token(fill(source.access_token)))
    return Connection(url, Basic(f"{fill(source.user or '')}/token", fill(source.api_token or "")))


def _streams(client: Client, source: Settings) -> Iterator[Stream]:
    made = {
        "ticket": lambda: _tickets(_titles(client)),
        "ticket_comment": _events,
        "user": _users,
        "organization": _organizations,
        "satisfaction_rating": _ratings,
    }
    for name in _wanted(source, client.where):
        yield made[name]()


def _wanted(source: Settings, where: str) -> list[str]:
    homes = {name: home for home, names in TABLES.items() for name in names}
    wanted = []
    for table in source.tables:
        home = homes.get(table_name(table.name))
        if home is not None:
            wanted.append(home)
        elif not table.optional:
            mend = suggest(table.name, homes) or f"There are: {', '.join(sorted(homes))}."
            raise AccountlensError(f"Zendesk has no '{table.name}' here.", f"{where}, tables", mend)
    return list(dict.fromkeys(wanted)) if source.tables else list(TABLES)


def _titles(client: Client) -> dict[int, str]:
    """Your own fields of tickets: `custom_` and their title, by id; two of one title keep their ids."""
    told = [
        one
        for page, _ in client.pages("ticket_fields.json", {"page[size]": 100}, records="ticket_fields", follow=MORE)
        for one in page
        if one.get("removable", True)
    ]
    plain = [snake_case(str(one["title"])) for one in told]
    names = (
        name if name and plain.count(name) == 1 else f"{name}_{one['id']}"
        for one, name in zip(told, plain, strict=True)
    )
    return {int(one["id"]): f"custom_{name}" for one, name in zip(told, names, strict=True)}


def _tickets(titles: Mapping[int, str]) -> Stream:
    ids = ("id", "organization_id", "requester_id", "assignee_id", "group_id", "brand_id", "submitter_id")
    columns = dict.fromkeys((*ids, "status", "priority", "type", "subject", "via_channel"), TEXT)
    metric = {"ticket_id": TEXT, "solved_at": INSTANT, "reply_time_in_minutes": TEXT}
    return Stream(
        table="ticket",
        pages=partial(_exported, "tickets", partial(_ticket, titles)),
        version="updated_at",
        spread=frozenset({"via"}),
        instants=INSTANTS,
        kinds={**columns, "created_at": INSTANT, "updated_at": INSTANT, "is_deleted": FLAG},
        children=(Child("ticket_metric", "metric", "ticket_id", kinds=metric, instants=frozenset({"solved_at"})),),
    )


def _users() -> Stream:
    columns = dict.fromkeys(("id", "organization_id", "role", "email", "name"), TEXT)
    return Stream(
        table="user",
        pages=partial(_exported, "users", _user),
        version="updated_at",
        spread=frozenset({"user_fields"}),
        instants=INSTANTS,
        kinds={**columns, "created_at": INSTANT, "updated_at": INSTANT, "is_deleted": FLAG, "suspended": FLAG},
    )


def _organizations() -> Stream:
    return Stream(
        table="organization",
        pages=partial(_since, "organizations", _organization),
        version="updated_at",
        spread=frozenset({"organization_fields"}),
        instants=INSTANTS,
        kinds={"id": TEXT, "name": TEXT, "external_id": TEXT, "created_at": INSTANT, "is_deleted": FLAG},
        children=(Child("domain_name", "domains", "organization_id", kinds={"domain_name": TEXT, "index": INTEGER}),),
    )


def _events() -> Stream:
    """What happened to tickets: of it comments, and the changes of their status, are tables."""
    comment = {"id": TEXT, "ticket_id": TEXT, "user_id": TEXT, "created": INSTANT, "public": FLAG}
    change = {"ticket_id": TEXT, "field_name": TEXT, "value": TEXT, "updated": INSTANT, "user_id": TEXT}
    return Stream(
        table=EVENTS,
        pages=partial(_since, "ticket_events", _event),
        kinds={"id": TEXT},
        children=(
            Child("ticket_comment", "comments", "event_id", kinds=comment, instants=frozenset({"created"})),
            Child("ticket_field_history", "changes", "event_id", kinds=change, instants=frozenset({"updated"})),
        ),
    )


def _ratings() -> Stream:
    columns = dict.fromkeys(("id", "ticket_id", "requester_id", "score", "comment"), TEXT)
    return Stream(
        table="satisfaction_rating",
        pages=_rated,
        version="updated_at",
        instants=INSTANTS,
        kinds={**columns, "created_at": INSTANT, "updated_at": INSTANT},
    )


def _exported(
    name: str, made: Callable[[Any, Mapping[str, Any]], Record], client: Client, position: Position
) -> Iterator[Page]:
    """By Zendesk's own cursor, which also says where the next fetch begins."""
    include = {"include": "metric_sets"} if name == "tickets" else {}
    cursor = position.get("cursor")
    while True:
        at = {"cursor": cursor} if cursor else {"start_time": 0}
        told = client.get(f"incremental/{name}/cursor.json", {**at, "per_page": AT_ONCE, **include})
        before, cursor = cursor, told.get("after_cursor") or cursor
        yield Page([made(one, told) for one in told[name]], {"cursor": cursor} if cursor else {})
        if told["end_of_stream"] or cursor == before:
            return


def _since(name: str, made: Callable[[Any], Record], client: Client, position: Position) -> Iterator[Page]:
    """From an instant on, in order; each page says how far it goes, and the next begins there, with its last again."""
    start = int(position.get("start", 0))
    include = {"include": "comment_events"} if name == "ticket_events" else {}
    while True:
        at = min(start, int(time.time()) - RECENT_SECONDS)
        told = client.get(f"incremental/{name}.json", {"start_time": at, "per_page": AT_ONCE, **include})
        before, start = start, int(told.get("end_time") or start)
        yield Page([made(one) for one in told[name]], {"start": start})
        if told.get("end_of_stream", told.get("next_page") is None) or start == before:
            return


def _rated(client: Client, position: Position) -> Iterator[Page]:
    since = int(position.get("since", 0))
    params = {"page[size]": 100, **({"start_time": since - SLOW_SECONDS} if since else {})}
    for page, _ in client.pages("satisfaction_ratings.json", params, records="satisfaction_ratings", follow=MORE):
        known = [int(datetime.fromisoformat(one["updated_at"]).timestamp()) for one in page]
        since = max([since, *known])
        yield Page([_plain(one) for one in page], {})
    yield Page((), {"since": since})


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what was said, its ids as text."""
    return {
        name: str(value) if value is not None and (name == "id" or name.endswith("_id")) else value
        for name, value in told.items()
        if name not in SAID
    }


def _ticket(titles: Mapping[int, str], told: Mapping[str, Any], page: Mapping[str, Any]) -> Record:
    own = {titles[one["id"]]: one["value"] for one in told.get("custom_fields") or [] if one["id"] in titles}
    metric = [one for one in page.get("metric_sets") or [] if one["ticket_id"] == told["id"]]
    return {
        **_plain(told),
        **own,
        "is_deleted": told.get("status") == "deleted",
        "metric": [_plain(one) for one in metric],
    }


def _user(told: Mapping[str, Any], page: Mapping[str, Any]) -> Record:
    return {**_plain(told), "is_deleted": told.get("active") is False}


def _organization(told: Mapping[str, Any]) -> Record:
    domains = [{"domain_name": name, "index": place} for place, name in enumerate(told.get("domain_names") or [])]
    return {**_plain(told), "is_deleted": told.get("deleted_at") is not None, "domains": domains}


def _event(told: Mapping[str, Any]) -> Record:
    """Who wrote when, and which status a ticket got when."""
    ticket, at, who = str(told["ticket_id"]), told["timestamp"], told.get("updater_id")
    parts: Sequence[Mapping[str, Any]] = told.get("child_events") or []
    comments = [
        {"id": str(one["id"]), "ticket_id": ticket, "user_id": str(one.get("author_id") or who), "created": at,
         "public": one.get("public", True)}
        for one in parts if one.get("event_type") == "Comment"
    ]  # fmt: skip
    changes = [
        {"ticket_id": ticket, "field_name": "status", "value": one["status"], "updated": at, "user_id": str(who)}
        for one in parts
        if one.get("event_type") in ("Create", "Change") and one.get("status")
    ]
    return {"id": str(told["id"]), "comments": comments, "changes": changes}


MORE = Link("links.next", more="meta.has_more")
SYSTEM = System(
    title="Zendesk",
    connect=_connect,
    streams=_streams,
    passing=lambda code, answer: code in (409, 423),
    mend={
        "401": "Is the API token active (Admin Center, Apps and integrations, Zendesk API), and the user its owner?",
        "403": "Exports may be read by admins: give the user that role, or an access token the scope 'read'.",
        "404": "Is the address that of your Zendesk: https://acme.zendesk.com?",
    },
)
