"""Marketo: people with all their fields, programs, campaigns, and what became of e-mails.

People can't be asked for by the date of their change. So at first all are read by their ids, one range after the other
up to the newest; later those whose activities tell of a change. Deleted ones are told by Marketo, merged ones by the
activity of the merge. Tables are called as Fivetran calls them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
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
    Connection,
    Grant,
    Page,
    Position,
    Record,
    Stream,
    System,
    address_in,
)
from accountlens.sources.kept import Fetched
from accountlens.sources.naming import table_name

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Reading = Callable[[str, int, int], None]
PRESET = "api/marketo"
AT_ONCE = 300  # people asked for in one go, the most there are
PROGRAMS_AT_ONCE = 200
LONGEST = 4_000  # characters of the fields in an address
OVERLAP = timedelta(minutes=10)  # activities show up later than they are dated
NEW, CHANGED, SCORED, OWNED, MERGED = 12, 13, 22, 23, 32  # activities that tell of a change of a person
TYPES = {
    "datetime": INSTANT, "boolean": FLAG, "integer": INTEGER, "float": NUMBER, "currency": NUMBER, "percent": NUMBER,
}  # fmt: skip
ACTIVITIES = {
    "activity_send_email": 6, "activity_email_delivered": 7, "activity_email_bounced": 8,
    "activity_unsubscribe_email": 9, "activity_open_email": 10, "activity_click_email": 11,
    "activity_email_bounced_soft": 27, "activity_merge_leads": MERGED,
}  # fmt: skip
ACTIVITY = {
    "id": TEXT, "activity_date": INSTANT, "lead_id": TEXT, "campaign_id": TEXT, "campaign_run_id": TEXT,
    "email_template_id": TEXT, "merge_ids": TEXT, "category": TEXT, "action_result": TEXT,
}  # fmt: skip
TABLES = ("lead", "program", "campaign", *ACTIVITIES)


class Settings(ApiSettings):
    """Tables of Marketo."""

    secret: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")

    type: Literal["marketo"] = "marketo"
    url: str = Field(
        "${MARKETO_URL}", description="https://123-ABC-456.mktorest.com (Admin, Web Services, without /rest)."
    )
    client_id: str = Field("${MARKETO_CLIENT_ID}", description="Of a custom service (Admin, LaunchPoint).")
    client_secret: str = Field("${MARKETO_CLIENT_SECRET}", description="Its secret.")
    since: date = Field(date(2010, 1, 1), description="Activities of that day and later; people all.")


def recognise(text: str) -> dict[str, str] | None:
    """`marketo`, or `marketo://123-ABC-456.mktorest.com`."""
    address = address_in(text, "marketo")
    return None if address is None else {"type": "marketo", "url": address or "${MARKETO_URL}"}


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    return bring(SYSTEM, name, source, folder, file, progress)


def _connect(source: Settings, fill: Callable[[str], str]) -> Connection:
    url = fill(source.url).rstrip("/").removesuffix("/rest")
    form = {"grant_type": "client_credentials", "client_id": fill(source.client_id)}
    form["client_secret"] = fill(source.client_secret)
    return Connection(f"{url}/rest", Grant(f"{url}/identity/oauth/token", form, method="GET"))


def _streams(client: Client, source: Settings) -> Iterator[Stream]:
    began = datetime(source.since.year, source.since.month, source.since.day, tzinfo=UTC).isoformat()
    for name in _wanted(source, client.where):
        if name == "lead":
            told = [one for one in client.get("v1/leads/describe.json")["result"] if "rest" in one]
            yield _leads({one["rest"]["name"]: TYPES.get(one["dataType"], TEXT) for one in told}, began)
        elif name == "program":
            dated = frozenset({"createdAt", "updatedAt", "startDate", "endDate"})
            yield Stream("program", _programs, instants=dated, kinds={"id": TEXT, "name": TEXT})
        elif name == "campaign":
            yield Stream("campaign", _campaigns, kinds={"id": TEXT, "program_id": TEXT})
        else:
            pages = partial(_activities, ACTIVITIES[name], began)
            yield Stream(name, pages, kinds=ACTIVITY, instants=frozenset({"activity_date"}))


def _wanted(source: Settings, where: str) -> list[str]:
    wanted = []
    for table in source.tables:
        name = table_name(table.name)
        if name in TABLES:
            wanted.append(name)
        elif not table.optional:
            mend = suggest(table.name, TABLES) or f"There are: {', '.join(TABLES)}."
            raise AccountlensError(f"Marketo has no '{table.name}' here.", f"{where}, tables", mend)
    return list(dict.fromkeys(wanted)) if source.tables else list(TABLES)


def _leads(types: Mapping[str, str], began: str) -> Stream:
    columns = {**types, "id": INTEGER, "is_deleted": FLAG}
    return Stream(
        table="lead",
        pages=partial(_people, list(types), began),
        version="updatedAt",
        instants=frozenset(name for name, kind in types.items() if kind == INSTANT),
        kinds=columns,
        fields=frozenset(columns),
    )


def _people(fields: Sequence[str], began: str, client: Client, position: Position) -> Iterator[Page]:
    """All by their ids, and then whoever an activity tells of; who was deleted or merged at last."""
    now = position.get("now") or datetime.now(UTC).isoformat(timespec="seconds")
    since = position.get("since")
    if since is None:
        last = position.get("last") or _newest(client, began)
        for first in range(position.get("next", 1), last + 1, AT_ONCE):
            ids = range(first, min(first + AT_ONCE, last + 1))
            yield Page(_read(client, fields, ids), {"now": now, "last": last, "next": ids[-1] + 1})
        since = began
        known = {"now": now, "last": last, "next": last + 1}
    else:
        known = {"now": now, "since": since}
        for told in _told(client, "v1/activities.json", [NEW, CHANGED, SCORED, OWNED, MERGED], since):
            people = sorted({int(one["leadId"]) for one in told})
            merged = [(gone, str(one["leadId"])) for one in told for gone in _merge_ids(one)]
            for start in range(0, len(people), AT_ONCE):
                yield Page(_read(client, fields, people[start : start + AT_ONCE]), known)
            yield Page((), known, merged=merged)
    for told in _told(client, "v1/activities/deletedleads.json", [], since):
        yield Page((), known, gone=[str(one["leadId"]) for one in told])
    yield Page((), {"since": now})


def _newest(client: Client, began: str) -> int:
    """The greatest id: people get theirs in the order in which they come."""
    pages = _told(client, "v1/activities.json", [NEW], began)
    return max((int(one["leadId"]) for told in pages for one in told), default=0)


def _read(client: Client, fields: Sequence[str], ids: Sequence[int]) -> list[Record]:
    """The people of these ids that exist, with all their fields."""
    found: dict[int, dict[str, Any]] = {}
    for group in _groups(fields):
        asked = {"filterType": "id", "filterValues": ",".join(map(str, ids)), "fields": ",".join(group)}
        for one in client.get("v1/leads.json", asked)["result"]:
            found.setdefault(int(one["id"]), {"is_deleted": False}).update(one)
    return list(found.values())


def _groups(fields: Sequence[str]) -> Iterator[list[str]]:
    """Fields in groups that an address has room for; each with what tells versions apart."""
    group, length = ["id", "updatedAt"], 0
    for name in fields:
        if name in ("id", "updatedAt"):
            continue
        if length + len(name) > LONGEST:
            yield group
            group, length = ["id", "updatedAt"], 0
        group.append(name)
        length += len(name) + 1
    yield group


def _activities(kind: int, began: str, client: Client, position: Position) -> Iterator[Page]:
    since = position.get("since")
    for told in _told(client, "v1/activities.json", [kind], since or began):
        dates = [str(one["activityDate"]) for one in told]
        since = max([*dates, *([since] if since else [])], default=None)
        yield Page([_activity(one) for one in told], {"since": since} if since else {})


def _told(client: Client, path: str, kinds: Sequence[int], since: str) -> Iterator[list[Any]]:
    """Pages of activities from some time before an instant on, by Marketo's tokens."""
    at = (datetime.fromisoformat(since) - OVERLAP).astimezone(UTC).isoformat(timespec="seconds")
    token = client.get("v1/activities/pagingtoken.json", {"sinceDatetime": at})["nextPageToken"]
    types = {"activityTypeIds": ",".join(map(str, kinds))} if kinds else {}
    while True:
        answer = client.get(path, {"nextPageToken": token, **types})
        yield answer.get("result") or []
        before, token = token, answer.get("nextPageToken", token)
        if not answer.get("moreResult") or token == before:
            return


def _activity(told: Mapping[str, Any]) -> Record:
    more = {_plain(one["name"]): one["value"] for one in told.get("attributes") or []}
    return {
        "id": str(told.get("marketoGUID") or told["id"]),
        "activity_date": told["activityDate"],
        "lead_id": str(told["leadId"]),
        "campaign_id": _text(told.get("campaignId")),
        "email_template_id": _text(told.get("primaryAttributeValueId")),
        **{name: _text(more.get(name)) for name in ("campaign_run_id", "category", "action_result")},
        "merge_ids": ",".join(_merge_ids(told)) or None,
    }


def _merge_ids(told: Mapping[str, Any]) -> list[str]:
    """Who went into this person: `[1286861]`."""
    texts = (str(one["value"]) for one in told.get("attributes") or [] if _plain(one["name"]) == "merge_ids")
    return [found for text in texts for found in re.findall(r"\d+", text)]


def _programs(client: Client, position: Position) -> Iterator[Page]:
    offset = 0
    while True:
        asked = {"maxReturn": PROGRAMS_AT_ONCE, "offset": offset}
        told = client.get("asset/v1/programs.json", asked).get("result") or []
        yield Page([{**one, "id": str(one["id"])} for one in told], {})
        if len(told) < PROGRAMS_AT_ONCE:
            break
        offset += len(told)
    yield Page((), {}, whole=True)


def _campaigns(client: Client, position: Position) -> Iterator[Page]:
    token = None
    while True:
        told = client.get("v1/campaigns.json", {"nextPageToken": token} if token else {})
        rows = [
            {"id": str(one["id"]), "name": one.get("name"), "program_id": _text(one.get("programId"))}
            for one in told.get("result") or []
        ]
        yield Page(rows, {})
        token = told.get("nextPageToken")
        if not token:
            break
    yield Page((), {}, whole=True)


def _plain(name: str) -> str:
    """`Merge IDs` as `merge_ids`."""
    return re.sub(r"\W+", "_", name).lower()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _codes(answer: Any) -> set[str]:
    errors = answer.get("errors") if isinstance(answer, Mapping) else None
    return {str(one.get("code")) for one in errors or [] if isinstance(one, Mapping)}


def _fault(answer: Any) -> str:
    """Marketo says what went wrong with a 200."""
    if not isinstance(answer, Mapping) or answer.get("success", True):
        return ""
    return "; ".join(f"{one.get('code')}: {one.get('message')}" for one in answer.get("errors") or []) or "no reason"


SYSTEM = System(
    title="Marketo",
    connect=_connect,
    streams=_streams,
    passing=lambda code, answer: bool(_codes(answer) & {"502", "604", "606", "608", "611", "614", "615"}),
    fault=_fault,
    expired=lambda code, answer: code == 401 or bool(_codes(answer) & {"601", "602"}),
    mend={
        '"607"': "The subscription's API calls of this day are used up: refresh less often, or ask for more.",
        '"603"': "Give the role of the API user read access to people, activities, campaigns and assets.",
        "invalid_client": "Are client_id and client_secret those of the custom service (Admin, LaunchPoint)?",
        "unauthorized": "Are client_id and client_secret those of the custom service (Admin, LaunchPoint)?",
    },
)
