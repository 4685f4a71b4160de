"""A Marketo of a few people: tokens that expire, paging tokens, and errors that come with a 200, as its API documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.api import Answer, Asked

Record = dict[str, Any]


def failed(code: int, message: str) -> Answer:
    return Answer({"requestId": "e42b", "success": False, "errors": [{"code": str(code), "message": message}]})


@dataclass
class Marketo:
    """`leads` by id; `activities` in the order of their dates; `deleted` are activities of that kind."""

    leads: dict[int, Record]
    types: dict[str, str]  # field of a person → its type
    activities: list[Record] = field(default_factory=list)
    deleted: list[Record] = field(default_factory=list)
    programs: list[Record] = field(default_factory=list)
    campaigns: list[Record] = field(default_factory=list)
    page: int = 2
    again: bool = False  # each page comes with the last record of the one before
    expires_after: int = 0
    tokens: int = 0
    left: int = 0

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/identity/oauth/token":
            return self.token(asked.query)
        if asked.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return failed(601, "Access token invalid")
        if self.expires_after and not self.left:
            return failed(602, "Access token expired")
        self.left -= 1
        path = asked.path.removeprefix("/rest/")
        if path == "v1/leads/describe.json":
            return self.good([{"id": 1, "dataType": kind, "rest": {"name": name}} for name, kind in self.types.items()])
        if path == "v1/leads.json":
            return self.read(asked.query)
        if path == "v1/activities/pagingtoken.json":
            return Answer({"success": True, "nextPageToken": f"{asked.query['sinceDatetime']}|0"})
        if path == "asset/v1/programs.json":
            start = int(asked.query["offset"])
            return self.good(self.programs[start : start + int(asked.query["maxReturn"])])
        if path == "v1/campaigns.json":
            return self.part(
                self.campaigns, "", int(asked.query.get("nextPageToken", "|0").partition("|")[2]), last=None
            )
        assert path in ("v1/activities.json", "v1/activities/deletedleads.json"), path
        since, _, start = asked.query["nextPageToken"].partition("|")
        every = self.deleted
        if path == "v1/activities.json":
            kinds = asked.query["activityTypeIds"].split(",")
            assert len(kinds) <= 10
            every = [one for one in self.activities if str(one["activityTypeId"]) in kinds]
        return self.part([one for one in every if one["activityDate"][:19] >= since[:19]], since, int(start), last="|")

    def token(self, query: Mapping[str, str]) -> Answer:
        if query.get("client_secret") != "hush-secret":
            return Answer({"error": "unauthorized", "error_description": "No client with requested id"}, 401)
        self.tokens, self.left = self.tokens + 1, self.expires_after
        return Answer({"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 3599})

    def good(self, result: list[Record]) -> Answer:
        return Answer({"requestId": "1", "success": True, "result": result})

    def read(self, query: Mapping[str, str]) -> Answer:
        ids, fields = query["filterValues"].split(","), query["fields"].split(",")
        assert len(ids) <= 300
        found = [self.leads[int(one)] for one in ids if int(one) in self.leads]
        return self.good([{name: one.get(name) for name in fields} for one in reversed(found)])

    def part(self, every: list[Record], since: str, start: int, last: str | None) -> Answer:
        end = start + self.page
        told = {"success": True, "result": every[max(start - self.again, 0) : end], "moreResult": end < len(every)}
        more = {"nextPageToken": f"{since}|{end}"} if end < len(every) or last else {}
        return Answer({**told, **more})
