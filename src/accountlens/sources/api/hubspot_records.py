"""HubSpot's answers as records: which kinds there are, what their properties are, what they are linked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from accountlens.sources.api.system import FLAG, INSTANT, NUMBER, TEXT, Record

TYPES = {"number": NUMBER, "datetime": INSTANT, "bool": FLAG}
PRIMARY = 5  # the type of the link between a deal and its primary company
IDS = {"companies": "company_id", "contacts": "contact_id", "deals": "deal_id"}


@dataclass(frozen=True)
class Object:
    """A kind of record: its place in addresses, its key here, what it is linked to (→ table), what it remembers."""

    path: str
    key: str = "id"
    changed: str = "hs_lastmodifieddate"
    links: Mapping[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()


def _engagement(path: str, kind: str) -> Object:
    return Object(path, "engagement_id", links={to: f"{kind}_{key.removesuffix('_id')}" for to, key in IDS.items()})


OBJECTS = {
    "company": Object("companies"),
    "contact": Object("contacts", changed="lastmodifieddate"),
    "deal": Object(
        "deals", "deal_id", links={"companies": "deal_company", "contacts": "deal_contact"},
        history=("dealstage", "amount"),
    ),
    "ticket": Object("tickets", links={"companies": "ticket_company", "contacts": "ticket_contact"}),
    "engagement_meeting": _engagement("meetings", "meeting"),
    "engagement_call": _engagement("calls", "call"),
    "engagement_email": _engagement("emails", "email"),
}  # fmt: skip
LISTS = ("owner", "deal_pipeline", "ticket_pipeline_stage")  # short ones, read as a whole each time


def type_of(told: Mapping[str, Any]) -> str:
    """Ids are no numbers, though HubSpot says so of some."""
    return TEXT if told["name"].endswith(("id", "_ids")) else TYPES.get(told["type"], TEXT)


def record_of(kind: Object, types: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
    given, past = told["properties"], told.get("propertiesWithHistory") or {}
    record = {
        kind.key: str(told["id"]),
        "created_at": told.get("createdAt"),
        "updated_at": told.get("updatedAt"),
        "is_deleted": bool(told.get("archived")),
        **{f"property_{name}": value_of(types.get(name, TEXT), value) for name, value in given.items()},
    }
    if kind.path == "deals":
        names = {"owner_id": "hubspot_owner_id", "deal_pipeline_id": "pipeline", "deal_pipeline_stage_id": "dealstage"}
        record |= {name: given.get(source) for name, source in names.items()}
        stages = past.get("dealstage", [])
        record["stages"] = [{"value": one["value"], "date_entered": one["timestamp"]} for one in stages]
        others = [(name, one) for name in past if name != "dealstage" for one in past[name]]
        record["changes"] = [
            {"name": name, "value": one["value"], "timestamp": one["timestamp"]} for name, one in others
        ]
    return record


def value_of(kind: str, value: Any) -> Any:
    """HubSpot writes everything as text, and nothing as an empty one."""
    if value in (None, ""):
        return None
    if kind == FLAG and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind == NUMBER:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return value
    return value


def merged_into(kind: Object, records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Which records went into one of these."""
    for record in records:
        for gone in str(record.get("property_hs_merged_object_ids") or "").split(";"):
            if gone.strip():
                yield gone.strip(), str(record[kind.key])


def link_type(link: Mapping[str, Any]) -> int | None:
    types = [int(one["typeId"]) for one in link.get("associationTypes", [])]
    return PRIMARY if PRIMARY in types else next(iter(types), None)


def owner_of(told: Mapping[str, Any]) -> Record:
    return {
        "owner_id": str(told["id"]), "email": told.get("email"), "first_name": told.get("firstName"),
        "last_name": told.get("lastName"), "is_active": not told.get("archived"),
        "teams": [
            {"team_id": str(one["id"]), "name": one["name"], "is_team_primary": bool(one.get("primary"))}
            for one in told.get("teams") or []
        ],
    }  # fmt: skip


def pipeline_of(told: Mapping[str, Any]) -> Record:
    stages = []
    for one in told["stages"]:
        more = one.get("metadata") or {}
        stage = {"stage_id": str(one["id"]), "label": one["label"], "ticket_state": more.get("ticketState")}
        stage |= {
            "probability": value_of(NUMBER, more.get("probability")),
            "is_closed": value_of(FLAG, more.get("isClosed")),
        }
        stages.append(stage)
    return {"pipeline_id": str(told["id"]), "label": told["label"], "stages": stages}
