"""Salesforce: its objects with all their fields, by SOQL; what changed since, what was deleted, what was merged.

Changes are found by SystemModstamp with queryAll, which also gives what lies in the recycle bin (IsDeleted) and into
which record a merged one went (MasterRecordId). What was erased from the bin is found by counting: where Salesforce has
another number of records than is known here, its ids are read and compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, field_validator

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
    Link,
    Page,
    Position,
    Stream,
    System,
    address_in,
)
from accountlens.sources.kept import Fetched
from accountlens.sources.naming import table_name

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Reading = Callable[[str, int, int], None]
PRESET = "api/salesforce"
OBJECTS = (
    "Account", "AccountHistory", "Contact", "Lead", "Opportunity", "OpportunityHistory", "OpportunityContactRole",
    "Task", "Event", "Campaign", "User", "UserRole", "Product2",
)  # fmt: skip
CURSORS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")  # the first that an object has
OVERLAP = timedelta(minutes=10)  # a long transaction shows its records later than it stamps them
LONGEST = 10_000  # characters of a query in an address; with its headers a request may have 16,384
AT_ONCE = 200  # ids in one query
COMPOUND = ("address", "location", "base64")  # made of fields that are read anyway; contents of files
TYPES = {
    "boolean": FLAG, "double": NUMBER, "currency": NUMBER, "percent": NUMBER, "int": INTEGER, "long": INTEGER,
    "datetime": INSTANT,
}  # fmt: skip
PERMISSION = "Does the user of the connected app have 'View All Data', or 'Read' for the object and its fields?"


class Settings(ApiSettings):
    """Objects of Salesforce."""

    secret: ClassVar[tuple[str, ...]] = ("client_id", "client_secret", "refresh_token")

    type: Literal["salesforce"] = "salesforce"
    url: str = Field(
        "${SALESFORCE_URL}",
        description="My Domain, of a sandbox too: https://acme.my.salesforce.com, https://acme--dev.sandbox.my.salesforce.com",
    )
    client_id: str = Field("${SALESFORCE_CLIENT_ID}", description="The consumer key of the connected app.")
    client_secret: str = Field("${SALESFORCE_CLIENT_SECRET}", description="Its consumer secret.")
    refresh_token: str | None = Field(None, description="Left out: the app signs in by itself (client credentials).")
    api_version: str = Field("62.0", pattern=r"^\d+\.0$", description="Of the REST API.")

    @field_validator("url")
    @classmethod
    def _is_my_domain(cls, url: str) -> str:
        if urlsplit(url).netloc in ("login.salesforce.com", "test.salesforce.com"):
            raise ValueError("name your own domain (Setup, My Domain), such as https://acme.my.salesforce.com")
        return url.rstrip("/")


def recognise(text: str) -> dict[str, str] | None:
    """`salesforce`, or `salesforce://acme.my.salesforce.com`; a refresh token where there is one in the environment."""
    address = address_in(text, "salesforce")
    if address is None:
        return None
    names = {key: f"${{SALESFORCE_{key.upper()}}}" for key in ("url", *Settings.secret)}
    if "SALESFORCE_REFRESH_TOKEN" not in os.environ:
        del names["refresh_token"]
    return {"type": "salesforce", **names, **({"url": address} if address else {})}


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    return bring(SYSTEM, name, source, folder, file, progress)


def _connect(source: Settings, fill: Callable[[str], str]) -> Connection:
    url = fill(source.url).rstrip("/")
    form = {"client_id": fill(source.client_id), "client_secret": fill(source.client_secret)}
    if source.refresh_token is None:
        form["grant_type"] = "client_credentials"
    else:
        form |= {"grant_type": "refresh_token", "refresh_token": fill(source.refresh_token)}
    return Connection(f"{url}/services/data/v{source.api_version}", Grant(f"{url}/services/oauth2/token", form))


def _streams(client: Client, source: Settings) -> Iterator[Stream]:
    """A stream for each object that is asked for, as Salesforce describes it today."""
    there = {table_name(one["name"]): one["name"] for one in client.get("sobjects")["sobjects"] if one["queryable"]}
    for name in _wanted(source, there, client.where):
        described = client.get(f"sobjects/{name}/describe")
        yield _stream(name, {field["name"]: field["type"] for field in described["fields"]})


def _wanted(source: Settings, there: Mapping[str, str], where: str) -> list[str]:
    if not source.tables:
        return [name for name in OBJECTS if table_name(name) in there]
    wanted = []
    for table in source.tables:
        name = there.get(table_name(table.name)) or there.get(table_name(table.name).replace("_", ""))
        if name is not None:
            wanted.append(name)
        elif not table.optional:
            what = f"There is no object '{table.name}' that this user may read."
            raise AccountlensError(what, f"{where}, tables", suggest(table.name, there.values()) or PERMISSION)
    return list(dict.fromkeys(wanted))


def _stream(name: str, types: Mapping[str, str]) -> Stream:
    """One object: all its fields, newest by its cursor."""
    given = {field: kind for field, kind in types.items() if kind not in COMPOUND}
    cursor = next((field for field in CURSORS if field in given), "")
    alive = " WHERE IsDeleted = false" if "IsDeleted" in given else ""
    return Stream(
        table=table_name(name),
        pages=partial(_changes, name, list(given), cursor),
        key="Id",
        version=cursor,
        deleted="IsDeleted",
        merged="MasterRecordId",
        instants=frozenset(field for field, kind in given.items() if kind == "datetime"),
        kinds={field: TYPES.get(kind, TEXT) for field, kind in given.items()},
        fields=frozenset(given),
        count=lambda client: int(client.get("queryAll", {"q": f"SELECT count() FROM {name}{alive}"})["totalSize"]),
        keys=partial(_ids, f"SELECT Id FROM {name}{alive}"),
    )


def _changes(name: str, fields: Sequence[str], cursor: str, client: Client, position: Position) -> Iterator[Page]:
    """What changed since, in the order of its changes. A field that is new is read for every record."""
    since = position.get("since") if set(fields) <= set(position.get("fields", ())) else None
    groups = list(_groups(fields, cursor))
    where = f" WHERE {cursor} >= {_before(since)}" if since and cursor else ""
    order = f" ORDER BY {cursor} ASC, Id ASC" if cursor else ""
    query = f"SELECT {', '.join(groups[0])} FROM {name}{where}{order}"
    for records, _ in client.pages("queryAll", {"q": query}, records="records", follow=Link("nextRecordsUrl")):
        whole = [dict(record) for record in records]
        for group in groups[1:]:
            _complete(client, name, whole, group)
        for record in whole:
            record.pop("attributes", None)
        if cursor and whole:
            since = whole[-1][cursor]
        yield Page(whole, {"since": since, "fields": list(fields)})


def _groups(fields: Sequence[str], cursor: str) -> Iterator[list[str]]:
    """Fields in groups, each short enough for the address of a request."""
    first = ["Id", *([cursor] if cursor else [])]
    group, length = list(first), 0
    for field in fields:
        if field in first:
            continue
        length += len(quote(f"{field}, "))
        if length > LONGEST:
            yield group
            group, length = ["Id"], len(field)
        group.append(field)
    yield group


def _complete(client: Client, name: str, records: Sequence[dict[str, Any]], fields: Sequence[str]) -> None:
    """Add the fields of a further group to records."""
    by_id = {record["Id"]: record for record in records}
    ids = list(by_id)
    for start in range(0, len(ids), AT_ONCE):
        listed = ",".join(f"'{key}'" for key in ids[start : start + AT_ONCE])
        query = f"SELECT {', '.join(fields)} FROM {name} WHERE Id IN ({listed})"
        for more, _ in client.pages("queryAll", {"q": query}, records="records", follow=Link("nextRecordsUrl")):
            for record in more:
                by_id[record["Id"]].update(record)


def _before(since: str) -> str:
    """Some time before an instant, as SOQL writes it."""
    return f"{(datetime.fromisoformat(since) - OVERLAP).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _ids(query: str, client: Client) -> Iterator[list[str]]:
    for records, _ in client.pages("queryAll", {"q": query}, records="records", follow=Link("nextRecordsUrl")):
        yield [record["Id"] for record in records]


def _passing(code: int, answer: Any) -> bool:
    """The day's requests are counted over the last 24 hours, so some come free at any time."""
    return any(word in str(answer) for word in ("REQUEST_LIMIT_EXCEEDED", "QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW"))


SYSTEM = System(
    title="Salesforce",
    connect=_connect,
    streams=_streams,
    passing=_passing,
    mend={
        "REQUEST_LIMIT_EXCEEDED": "The organisation's API requests of the last 24 hours are used up: refresh later or "
        "less often, read fewer objects (tables), or raise the limit in Salesforce.",
        "invalid_client": "Are client_id and client_secret those of the connected app?",
        "invalid_grant": "Is the refresh token still valid, or has the app a user to run as (client credentials)?",
        "unsupported_grant_type": "Enable the client credentials flow in the connected app, or set refresh_token.",
        "INVALID_SESSION_ID": "Is the connected app allowed to 'Manage user data via APIs (api)'?",
        "API_DISABLED_FOR_ORG": "This edition of Salesforce has no API, or the user may not use it ('API Enabled').",
        "INVALID_FIELD": PERMISSION,
        "INVALID_TYPE": PERMISSION,
        "INSUFFICIENT_ACCESS": PERMISSION,
    },
)
