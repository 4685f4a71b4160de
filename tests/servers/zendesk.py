"""A Zendesk of a few tickets, synthesised from its published API: cursors, exports by time, one listing by pages."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.servers.api import Answer, Asked

Record = dict[str, Any]


def seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


@dataclass
class Zendesk:
    """`exports` by name: records in the order in which they changed; a change appends the record anew."""

    exports: dict[str, list[Record]]
    metrics: list[Record] = field(default_factory=list)
    ratings: list[Record] = field(default_factory=list)
    fields: list[Record] = field(default_factory=list)
    page: int = 2
    again: bool = False  # each page comes with the last record of the one before
    shuffled: bool = False  # within a page the newest comes first

    def __call__(self, asked: Asked) -> Answer:
        good = base64.b64encode(b"una@us.example/token:hush-token").decode()
        if asked.headers.get("Authorization") not in (f"Basic {good}", "Bearer hush-access"):
            return Answer({"error": "Couldn't authenticate you"}, 401)
        path = asked.path.removeprefix("/api/v2/").removesuffix(".json")
        if path == "ticket_fields":
            return self.listed(asked, path, self.fields)
        if path == "satisfaction_ratings":
            since = int(asked.query.get("start_time", 0))
            return self.listed(asked, path, [one for one in self.ratings if seconds(one["updated_at"]) >= since])
        name = path.split("/")[1]
        return self.by_cursor(asked, name) if path.endswith("/cursor") else self.by_time(asked, name)

    def listed(self, asked: Asked, name: str, every: list[Record]) -> Answer:
        start = int(asked.query.get("page[after]", 0))
        end = start + self.page
        link = f"http://{asked.headers['Host']}{asked.path}?page[size]=2&page[after]={end}"
        if "start_time" in asked.query:
            link += f"&start_time={asked.query['start_time']}"
        told = {name: every[max(start - self.again, 0) : end]}
        return Answer({**told, "meta": {"has_more": end < len(every)}, "links": {"next": link}})

    def by_cursor(self, asked: Asked, name: str) -> Answer:
        assert ("cursor" in asked.query) != ("start_time" in asked.query)
        every, start = self.exports[name], int(asked.query.get("cursor", "0"))
        end = min(start + self.page, len(every))
        told = every[max(start - self.again, 0) : end]
        ids = {one["id"] for one in told}
        beside = {"metric_sets": [one for one in self.metrics if one["ticket_id"] in ids]} if name == "tickets" else {}
        told = told[::-1] if self.shuffled else told
        return Answer(
            {name: told, **beside, "after_cursor": str(end) if every else None, "end_of_stream": end == len(every)}
        )

    def by_time(self, asked: Asked, name: str) -> Answer:
        since = int(asked.query["start_time"])
        at = (lambda one: one["timestamp"]) if name == "ticket_events" else (lambda one: seconds(one["updated_at"]))
        every = [one for one in self.exports[name] if at(one) >= since]
        told = every[: self.page]
        end = at(told[-1]) if told else None
        last = len(every) <= self.page
        return Answer(
            {
                name: told,
                "count": len(told),
                "end_time": end,
                "next_page": None if last else "more",
                "end_of_stream": last,
            }
        )
