"""A HubSpot of a few records, synthesised from its published API: searches, reads by id, links, the recycle bin.

As the real one: a search gives at most 10,000 results (here fewer) and takes no request of more than 3,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.servers.api import Answer, Asked

Record = dict[str, Any]


def refused(code: int, category: str, message: str) -> Answer:
    return Answer({"status": "error", "category": category, "message": message}, code)


@dataclass
class HubSpot:
    """`objects` by path (companies ...): records with `id`, `properties`; `links` by (from, to): pairs of ids and a type."""

    objects: dict[str, list[Record]]
    properties: dict[str, dict[str, str]]  # by path: name → type
    links: dict[tuple[str, str], list[tuple[str, str, int]]] = field(default_factory=dict)
    owners: list[Record] = field(default_factory=list)
    pipelines: dict[str, list[Record]] = field(default_factory=dict)
    limit: int = 2  # results of a search, records of a page
    results: int = 4  # that a search gives in all
    again: bool = False  # each page of a list comes with the last record of the one before
    expires_after: int = 0
    tokens: int = 0
    left: int = 0

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/v1/token":
            return self.token(asked.form)
        good = f"Bearer token-{self.tokens}" if self.tokens else "Bearer hush-token"
        if asked.headers.get("Authorization") != good or (self.expires_after and not self.left):
            return refused(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        self.left -= 1
        routes = {
            r"/crm/v3/properties/(\w+)": self.described,
            r"/crm/v3/objects/(\w+)/search": self.search,
            r"/crm/v3/objects/(\w+)/batch/read": self.read,
            r"/crm/v4/associations/(\w+)/(\w+)/batch/read": self.linked,
            r"/crm/v3/objects/(\w+)": self.listed,
            r"/crm/v3/owners": self.owned,
            r"/crm/v3/pipelines/(\w+)": lambda asked, of: Answer({"results": self.pipelines.get(of, [])}),
        }
        for route, answer in routes.items():
            if found := re.fullmatch(route, asked.path):
                return answer(asked, *found.groups())
        return refused(404, "OBJECT_NOT_FOUND", "no such path")

    def token(self, form: Mapping[str, str]) -> Answer:
        if form.get("refresh_token") != "hush-refresh":
            return refused(400, "BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        self.tokens, self.left = self.tokens + 1, self.expires_after
        return Answer({"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 1800})

    def described(self, asked: Asked, path: str) -> Answer:
        return Answer({"results": [{"name": name, "type": kind} for name, kind in self.properties[path].items()]})

    def search(self, asked: Asked, path: str) -> Answer:
        if len(asked.body) > 3000:
            return refused(400, "VALIDATION_ERROR", "The request is too long.")
        body = asked.json
        tests = [test for group in body.get("filterGroups", []) for test in group["filters"]]
        found = [one for one in self.alive(path) if all(passes(one, test) for test in tests)]
        for sort in body.get("sorts", []):
            found.sort(
                key=lambda one, name=sort["propertyName"]: order(one, name), reverse=sort["direction"] == "DESCENDING"
            )
        total, limit = len(found), min(body["limit"], self.limit) if body["limit"] > 1 else 1
        assert int(body.get("after", 0)) + limit <= self.results, "a search gives no more than so many results"
        told = [
            {"id": one["id"], "properties": {name: one["properties"].get(name) for name in body.get("properties", [])}}
            for one in found
        ]
        return Answer({"total": total, "results": told[:limit]})

    def alive(self, path: str) -> list[Record]:
        return [one for one in self.objects[path] if not one.get("archived")]

    def read(self, asked: Asked, path: str) -> Answer:
        ids, wanted = [one["id"] for one in asked.json["inputs"]], asked.json["properties"]
        assert len(ids) <= (50 if "propertiesWithHistory" in asked.json else 100)
        found = []
        for one in (one for one in self.alive(path) if one["id"] in ids):
            given = {name: one["properties"].get(name) for name in wanted}
            told = {"id": one["id"], "createdAt": "2026-01-01T00:00:00Z", "updatedAt": changed(one), "archived": False}
            past = {name: one.get("history", {}).get(name, []) for name in asked.json.get("propertiesWithHistory", [])}
            found.append(told | {"properties": given} | ({"propertiesWithHistory": past} if past else {}))
        return Answer({"status": "COMPLETE", "results": list(reversed(found))}, 207 if len(found) < len(ids) else 200)

    def linked(self, asked: Asked, path: str, to: str) -> Answer:
        results = []
        for one in asked.json["inputs"]:
            every = [link for link in self.links.get((path, to), []) if link[0] == one["id"]]
            start = int(one.get("after", 0))
            if not every:
                continue
            told = [{"toObjectId": int(target), "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 341}, {"category": "HUBSPOT_DEFINED", "typeId": kind}]}
                    for _, target, kind in every[start : start + 1]]  # fmt: skip
            more = {"paging": {"next": {"after": str(start + 1)}}} if start + 1 < len(every) else {}
            results.append({"from": {"id": one["id"]}, "to": told, **more})
        return Answer({"status": "COMPLETE", "results": results})

    def listed(self, asked: Asked, path: str) -> Answer:
        archived = asked.query["archived"] == "true"
        return self.part(
            asked,
            [
                {"id": one["id"], "archived": archived}
                for one in self.objects[path]
                if bool(one.get("archived")) == archived
            ],
        )

    def owned(self, asked: Asked) -> Answer:
        archived = asked.query["archived"] == "true"
        return self.part(asked, [one for one in self.owners if bool(one.get("archived")) == archived])

    def part(self, asked: Asked, every: list[Record]) -> Answer:
        start = int(asked.query.get("after", 0))
        end = start + self.limit
        more = {"paging": {"next": {"after": str(end)}}} if end < len(every) else {}
        return Answer({"results": every[max(start - self.again, 0) : end], **more})


def changed(record: Record) -> str:
    given = record["properties"]
    return str(given.get("hs_lastmodifieddate") or given["lastmodifieddate"])


def order(record: Record, name: str) -> Any:
    return int(record["id"]) if name == "hs_object_id" else record["properties"][name]


def passes(record: Record, test: Mapping[str, str]) -> bool:
    if test["propertyName"] == "hs_object_id":
        return int(record["id"]) > int(test["value"])
    at = datetime.fromisoformat(record["properties"][test["propertyName"]])
    return at.timestamp() * 1000 >= int(test["value"])
