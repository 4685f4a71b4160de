"""A Stripe of a few objects: lists newest first, objects by their ids, and the events of what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.servers.api import Answer, Asked

NAMES = {
    "customers": "customer",
    "subscriptions": "subscription",
    "products": "product",
    "coupons": "coupon",
    "invoices": "invoice",
    "prices": "price",
}
MISSING = Answer(
    {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such object"}}, 404
)


@dataclass
class Stripe:
    """`objects` by what they are; `change` and `delete` tell of it in events."""

    objects: dict[str, list[dict[str, Any]]]
    page: int = 2
    inside: int = 1  # how many items a subscription shows before it says that there are more
    again: bool = False  # each page comes with the last record of the one before
    events: list[dict[str, Any]] = field(default_factory=list)
    now: int = 0

    def happens(self, kind: str, told: dict[str, Any]) -> None:
        self.now += 60
        prefix = "customer.subscription" if told.get("object") == "subscription" else told["object"]
        event = {"id": f"evt_{len(self.events):03}", "created": self.now, "type": f"{prefix}.{kind}"}
        self.events.append({**event, "data": {"object": dict(told)}})

    def add(self, told: dict[str, Any]) -> None:
        self.objects[told["object"]].append(told)
        self.happens("created", told)

    def change(self, key: str, **values: Any) -> None:
        (told,) = [one for every in self.objects.values() for one in every if one["id"] == key]
        told |= values
        self.happens("updated", told)

    def delete(self, key: str) -> None:
        for every in self.objects.values():
            for told in [one for one in every if one["id"] == key]:
                every.remove(told)
                self.happens("deleted", told)

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("Authorization") != "Bearer hush-key":
            return Answer({"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}, 401)
        path = asked.path.removeprefix("/v1/")
        if path == "events":
            return self.listed(
                asked, [event for event in self.events if fits(event["type"], asked.query.get("type", "*"))]
            )
        if path == "subscription_items":
            (owner,) = [one for one in self.objects["subscription"] if one["id"] == asked.query["subscription"]]
            return self.listed(asked, owner["items"]["data"])
        name, _, key = path.partition("/")
        every = self.objects[NAMES[name]]
        if not key:
            return self.listed(asked, [self.shown(one) for one in every])
        if found := [one for one in every if one["id"] == key]:
            return Answer(self.shown(found[0]))
        return Answer({"id": key, "object": NAMES[name], "deleted": True}) if name == "customers" else MISSING

    def shown(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["object"] != "subscription" or len(told["items"]["data"]) <= self.inside:
            return told
        more = {"has_more": True, "url": f"/v1/subscription_items?subscription={told['id']}"}
        return {**told, "items": {"object": "list", "data": told["items"]["data"][: self.inside], **more}}

    def listed(self, asked: Asked, every: list[dict[str, Any]]) -> Answer:
        query = asked.query
        every = sorted(every, key=lambda one: (one["created"], one["id"]), reverse=True)
        if "created[gte]" in query:
            every = [one for one in every if one["created"] >= int(query["created[gte]"])]
        if "created[lte]" in query:
            every = [one for one in every if one["created"] <= int(query["created[lte]"])]
        ids = [one["id"] for one in every]
        start = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
        size = min(self.page, int(query.get("limit", 10)))
        first = max(start - self.again, 0)
        return Answer({"object": "list", "data": every[first : start + size], "has_more": start + size < len(every)})


def fits(kind: str, wanted: str) -> bool:
    return re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), kind) is not None
