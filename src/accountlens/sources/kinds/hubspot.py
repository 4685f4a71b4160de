"""HubSpot: companies, contacts, deals, tickets, meetings, calls and e-mails with all their properties.

What changed is searched by the date of its last change, in the order of the ids: so neither the 10,000 results that a
search gives nor many records of one instant are a limit. Searches give ids alone (their requests may be no longer than
3,000 characters), the records are read by these, with what they are linked to. What lies in the recycle bin is listed;
what is gone from there is found by counting. Tables and columns are called as Fivetran calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.api.fetching import bring
from accountlens.sources.api.hubspot_records import (
    IDS,
    LISTS,
    OBJECTS,
    Object,
    link_type,
    merged_into,
    owner_of,
    pipeline_of,
    record_of,
    type_of,
)
from accountlens.sources.api.system import (
    FLAG,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    ApiSettings,
    Child,
    Connection,
    Cursor,
    Grant,
    Page,
    Position,
    Record,
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
PRESET = "api/hubspot"
FOUND_AT_ONCE = 200  # ids of one search, the most there are
READ_AT_ONCE = 100  # records read by their ids; of those with a history 50
OVERLAP = timedelta(minutes=10)  # a search finds what changed some time later than it is dated
NEXT = Cursor("paging.next.after", "after")


class Settings(ApiSettings):
    """Records of HubSpot."""

    secret: ClassVar[tuple[str, ...]] = ("access_token", "client_id", "client_secret", "refresh_token")

    type: Literal["hubspot"] = "hubspot"
    url: str = Field("https://api.hubapi.com", description="Where the API is; another one for a proxy.")
    access_token: str | None = Field(None, description="Of a private app: ${HUBSPOT_TOKEN}.")
    client_id: str | None = Field(None, description="Of an app with OAuth, in place of an access token.")
    client_secret: str | None = Field(None, description="Its secret.")
    refresh_token: str | None = Field(None, description="What it got when it was let in.")

    @model_validator(mode="after")
    def _signs_in(self) -> Settings:
        grant = (self.client_id, self.client_secret, self.refresh_token)
        given = [key for key in grant if key is not None]
        if len(given) != (0 if self.access_token else len(grant)):
            raise ValueError("name an access_token, or client_id, client_secret and refresh_token")
        return self


def recognise(text: str) -> dict[str, str] | None:
    """`hubspot`; `hubspot://host` where a proxy stands before it."""
    address = address_in(text, "hubspot")
    if address is None:
        return None
    return {"type": "hubspot", **({"url": address} if address else {}), "access_token": "${HUBSPOT_TOKEN}"}


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    return bring(SYSTEM, name, source, folder, file, progress)


def _connect(source: Settings, fill: Callable[[str], str]) -> Connection:
    url = fill(source.url).rstrip("/")
    if source.access_token is not None:
        return Connection(url, Token(fill(source.access_token)))
    keys = {"client_id": source.client_id, "client_secret": source.client_secret, "refresh_token": source.refresh_token}
    form = {"grant_type": "refresh_token", **{name: fill(value or "") for name, value in keys.items()}}
    return Connection(url, Grant(f"{url}/oauth/v1/token", form))


def _streams(client: Client, source: Settings) -> Iterator[Stream]:
    for name in _wanted(source, client.where):
        if name == "owner":
            yield _owners()
        elif name == "deal_pipeline":
            yield _deal_pipelines()
        elif name == "ticket_pipeline_stage":
            yield _ticket_stages()
        else:
            told = client.get(f"crm/v3/properties/{OBJECTS[name].path}")["results"]
            yield _stream(name, OBJECTS[name], {one["name"]: type_of(one) for one in told})


def _wanted(source: Settings, where: str) -> list[str]:
    """The tables that are asked for; those inside of others come with them."""
    every = [*OBJECTS, *LISTS]
    homes = {child: name for name, kind in OBJECTS.items() for child in kind.links.values()}
    homes |= {name: name for name in every} | {kind.path: name for name, kind in OBJECTS.items()}
    homes |= {"deal_pipeline_stage": "deal_pipeline", "deal_stage": "deal"}
    homes |= {"deal_property_history": "deal", "owner_team": "owner"}
    wanted = []
    for table in source.tables:
        name = homes.get(table_name(table.name))
        if name is not None:
            wanted.append(name)
        elif not table.optional:
            mend = suggest(table.name, homes) or f"There are: {', '.join(sorted(homes))}."
            raise AccountlensError(f"HubSpot has no '{table.name}' here.", f"{where}, tables", mend)
    return list(dict.fromkeys(wanted)) if source.tables else every


def _stream(table: str, kind: Object, types: Mapping[str, str]) -> Stream:
    """One kind of object, with all properties that HubSpot knows today."""
    columns = {kind.key: TEXT, "created_at": INSTANT, "updated_at": INSTANT, "is_deleted": FLAG}
    columns |= {"owner_id": TEXT, "deal_pipeline_id": TEXT, "deal_pipeline_stage_id": TEXT} if table == "deal" else {}
    columns |= {f"property_{name}": one for name, one in types.items()}
    home = kind.key if kind.key != "id" else f"{table}_id"
    links = [Child(name, to, home, kinds={IDS[to]: TEXT, "type_id": INTEGER}) for to, name in kind.links.items()]
    entered, changed = {"value": TEXT, "date_entered": INSTANT}, {"name": TEXT, "value": TEXT, "timestamp": INSTANT}
    past = [
        Child("deal_stage", "stages", home, kinds=entered, instants=frozenset({"date_entered"})),
        Child("deal_property_history", "changes", home, kinds=changed, instants=frozenset({"timestamp"})),
    ]
    return Stream(
        table=table,
        pages=partial(_changes, kind, types),
        key=kind.key,
        version="updated_at",
        instants=frozenset(name for name, one in columns.items() if one == INSTANT),
        kinds=columns,
        children=(*links, *(past if kind.history else [])),
        fields=frozenset(columns),
        count=lambda client: int(client.post(f"crm/v3/objects/{kind.path}/search", {"limit": 1})["total"]),
        keys=partial(_ids, kind, False),
    )


def _changes(kind: Object, types: Mapping[str, str], client: Client, position: Position) -> Iterator[Page]:
    """What changed since the last fetch, by its ids; then what lies in the recycle bin."""
    since, last = position.get("since"), int(position.get("last", 0))
    until = position.get("until") or _latest(kind, client)
    while ids := _found(kind, client, since, last):
        last = max(map(int, ids))
        records = list(_read(kind, types, client, ids))
        yield Page(records, {"since": since, "until": until, "last": last}, merged=list(merged_into(kind, records)))
        if len(ids) < FOUND_AT_ONCE:
            break
    for gone in _ids(kind, True, client):
        yield Page((), {"since": since, "until": until, "last": last}, gone=gone)
    yield Page((), {"since": until})


def _latest(kind: Object, client: Client) -> str | None:
    """When anything last changed before this fetch began, by HubSpot's clock."""
    sort = [{"propertyName": kind.changed, "direction": "DESCENDING"}]
    asked = {"sorts": sort, "limit": 1, "properties": [kind.changed]}
    for record in client.post(f"crm/v3/objects/{kind.path}/search", asked)["results"]:
        return str(record["properties"][kind.changed])
    return None


def _found(kind: Object, client: Client, since: str | None, last: int) -> list[str]:
    """The next ids of what changed since."""
    filters = [{"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}]
    if since:
        began = (datetime.fromisoformat(since) - OVERLAP).astimezone(UTC)
        at = str(int(began.timestamp() * 1000))
        filters.append({"propertyName": kind.changed, "operator": "GTE", "value": at})
    asked = {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": ["hs_object_id"],
        "limit": FOUND_AT_ONCE,
    }
    return [str(one["id"]) for one in client.post(f"crm/v3/objects/{kind.path}/search", asked)["results"]]


def _read(kind: Object, types: Mapping[str, str], client: Client, ids: Sequence[str]) -> Iterator[Record]:
    """Whole records; one that was deleted meanwhile does not come."""
    links = {to: _linked(kind, to, client, ids) for to in kind.links}
    step = READ_AT_ONCE // 2 if kind.history else READ_AT_ONCE
    for start in range(0, len(ids), step):
        asked = {"properties": list(types), "inputs": [{"id": one} for one in ids[start : start + step]]}
        asked |= {"propertiesWithHistory": list(kind.history)} if kind.history else {}
        for one in client.post(f"crm/v3/objects/{kind.path}/batch/read", asked)["results"]:
            yield record_of(kind, types, one) | {to: found.get(str(one["id"]), []) for to, found in links.items()}


def _linked(kind: Object, to: str, client: Client, ids: Sequence[str]) -> dict[str, list[Record]]:
    """What records are linked to, by their ids; a long list comes in parts."""
    found: dict[str, list[Record]] = {}
    inputs: list[dict[str, str]] = [{"id": one} for one in ids]
    while inputs:
        answer = client.post(f"crm/v4/associations/{kind.path}/{to}/batch/read", {"inputs": inputs})
        inputs = []
        for one in answer["results"]:
            home = str(one["from"]["id"])
            rows = ({IDS[to]: str(link["toObjectId"]), "type_id": link_type(link)} for link in one["to"])
            found.setdefault(home, []).extend(rows)
            if after := (one.get("paging") or {}).get("next", {}).get("after"):
                inputs.append({"id": home, "after": str(after)})
    return found


def _ids(kind: Object, archived: bool, client: Client) -> Iterator[list[str]]:
    """The ids of all that exist, or of all in the recycle bin."""
    params = {"limit": 100, "archived": str(archived).lower(), "properties": "hs_object_id"}
    for records, _ in client.pages(f"crm/v3/objects/{kind.path}", params, records="results", follow=NEXT):
        yield [str(one["id"]) for one in records]


def _owners() -> Stream:
    """Owners, those who left too."""

    def pages(client: Client, position: Position) -> Iterator[Page]:
        for archived in ("false", "true"):
            params = {"limit": 100, "archived": archived}
            for records, _ in client.pages("crm/v3/owners", params, records="results", follow=NEXT):
                yield Page([owner_of(one) for one in records], {})
        yield Page((), {}, whole=True)

    teams = Child("owner_team", "teams", "owner_id", kinds={"team_id": TEXT, "name": TEXT, "is_team_primary": FLAG})
    columns = dict.fromkeys(("owner_id", "email", "first_name", "last_name"), TEXT)
    return Stream("owner", pages, key="owner_id", kinds=columns, children=(teams,))


STAGE = {"stage_id": TEXT, "label": TEXT, "probability": NUMBER, "is_closed": FLAG, "ticket_state": TEXT}


def _deal_pipelines() -> Stream:
    """Pipelines of deals with their stages."""

    def pages(client: Client, position: Position) -> Iterator[Page]:
        yield Page([pipeline_of(one) for one in client.get("crm/v3/pipelines/deals")["results"]], {}, whole=True)

    stages = Child("deal_pipeline_stage", "stages", "pipeline_id", kinds=STAGE)
    columns = {"pipeline_id": TEXT, "label": TEXT}
    return Stream("deal_pipeline", pages, key="pipeline_id", kinds=columns, children=(stages,))


def _ticket_stages() -> Stream:
    """The stages of all pipelines of tickets."""

    def pages(client: Client, position: Position) -> Iterator[Page]:
        every = [pipeline_of(one) for one in client.get("crm/v3/pipelines/tickets")["results"]]
        yield Page([stage for one in every for stage in one["stages"]], {}, whole=True)

    return Stream("ticket_pipeline_stage", pages, key="stage_id", kinds=STAGE)


SCOPES = (
    "Give the private app these scopes: crm.objects.companies.read, .contacts.read, .deals.read, .owners.read, tickets."
)
SYSTEM = System(
    title="HubSpot",
    connect=_connect,
    streams=_streams,
    passing=lambda code, answer: code in (423, 477),
    mend={
        "MISSING_SCOPES": SCOPES,
        "DAILY": "The account's API requests of this day are used up: refresh less often, or read fewer tables.",
        "401": "Is the access token whole, and its private app still there? (Settings, Integrations, Private Apps)",
        "403": SCOPES,
        "BAD_REFRESH_TOKEN": "Let the app in again, and put its new refresh token into the secrets.",
    },
)
