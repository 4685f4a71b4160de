"""A Salesforce of a few records: tokens, descriptions, and as much of SOQL as is asked of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.api import Answer, Asked

DATA = "/services/data/v62.0"
SOQL = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<name>\w+)(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>.+))?", re.DOTALL
)


def kind_of(values: list[Any]) -> str:
    """The type in a description, by the values."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float) for value in known):
        return "double"
    if known and all(isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) for value in known):
        return "datetime"
    return "address" if known and all(isinstance(value, dict) for value in known) else "string"


@dataclass
class Salesforce:
    """`objects` are those that it holds; a list of records is changed by whoever tests."""

    objects: dict[str, list[dict[str, Any]]]
    page: int = 2
    expires_after: int = 0  # requests after which a token is no longer good; 0: never
    again: bool = False  # each page comes with the last record of the one before
    hidden: set[str] = field(default_factory=set)  # fields that nobody may see
    tokens: int = 0
    left: int = 0
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/services/oauth2/token":
            return self.token(asked.form)
        if asked.headers.get("Authorization") != f"Bearer token-{self.tokens}" or (
            self.expires_after and not self.left
        ):
            return Answer([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        self.left -= 1
        if asked.path == f"{DATA}/sobjects":
            return Answer({"sobjects": [{"name": name, "queryable": True} for name in self.objects]})
        if found := re.fullmatch(rf"{DATA}/sobjects/(\w+)/describe", asked.path):
            return Answer({"fields": [{"name": n, "type": kind_of(v)} for n, v in self.fields(found[1]).items()]})
        if found := re.fullmatch(rf"{DATA}/query/(.+)-(\d+)", asked.path):
            return self.part(found[1], int(found[2]))
        return self.query(asked.query["q"])

    def token(self, form: Mapping[str, str]) -> Answer:
        if form.get("client_secret") != "hush-secret" or form.get("refresh_token", "hush-refresh") != "hush-refresh":
            told = f"invalid client credentials {form.get('client_secret')}"  # as a careless server might
            return Answer({"error": "invalid_client", "error_description": told}, 400)
        self.tokens, self.left = self.tokens + 1, self.expires_after
        return Answer({"access_token": f"token-{self.tokens}", "token_type": "Bearer"})

    def fields(self, name: str) -> dict[str, list[Any]]:
        names = dict.fromkeys(key for record in self.objects[name] for key in record)
        return {key: [one.get(key) for one in self.objects[name]] for key in names if key not in self.hidden}

    def query(self, soql: str) -> Answer:
        found = SOQL.fullmatch(soql)
        assert found, soql
        records = [record for record in self.objects[found["name"]] if fits(record, found["where"])]
        if found["fields"] == "count()":
            return Answer({"totalSize": len(records), "done": True, "records": []})
        wanted = found["fields"].split(", ")
        if unknown := set(wanted) - self.fields(found["name"]).keys():
            return Answer([{"message": f"No such column {unknown}", "errorCode": "INVALID_FIELD"}], 400)
        for key in reversed((found["order"] or "Id ASC").split(", ")):
            records.sort(key=lambda record, key=key: record[key.split()[0]])
        query = f"01g{len(self.results)}"
        self.results[query] = [{"attributes": {"type": found["name"]}} | {f: r.get(f) for f in wanted} for r in records]
        return self.part(query, 0)

    def part(self, query: str, start: int) -> Answer:
        every = self.results[query]
        end = start + self.page
        first = max(start - self.again, 0)
        more = {"nextRecordsUrl": f"{DATA}/query/{query}-{end}"} if end < len(every) else {}
        return Answer({"totalSize": len(every), "done": not more, "records": every[first:end], **more})


def fits(record: Mapping[str, Any], where: str | None) -> bool:
    if not where:
        return True
    if found := re.fullmatch(r"(\w+) >= (\S+)Z", where):
        return str(record[found[1]])[:23] >= found[2]
    if found := re.fullmatch(r"Id IN \((.+)\)", where):
        return record["Id"] in found[1].replace("'", "").split(",")
    assert where == "IsDeleted = false", where
    return not record["IsDeleted"]
