"""The API keeps what it says of itself, whatever is sent: no 5xx, no answer beyond its schema."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.conftest import API, somebody

from accountlens.people import links, tokens, users
from accountlens.people.audit import Actor
from accountlens.people.rights import Scope
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.examples import FORMS
from accountlens.surfaces.web.openapi import is_choice
from accountlens.surfaces.web.serving import listen, serving
from accountlens.workspace import Workspace

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
MADE = (  # what there is one of before anything else is sent: by the bodies that the description shows
    "POST /dashboards",
    "POST /targets",
    "POST /notes",
    "PUT /views",
    "POST /deliveries",
    "POST /reports/frozen",
    "PUT /alerts/rules/{id_}",
    "POST /users",
    "POST /tokens",
    "POST /catalog",
    "GET /alerts",
)
LASTS_SECONDS = 60  # after which an answer is taken to hang; a question is stopped after half of that


def description() -> schemathesis.BaseSchema:
    with TemporaryDirectory() as folder:
        (Path(folder) / "accountlens.yaml").write_text("name: Nobody's\n")
        return schemathesis.openapi.from_dict(create_app(Path(folder), viewer_of=somebody).openapi())


SCHEMA = description()
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@dataclass(frozen=True)
class Served:
    """A server, the token of its admin, and by area (`dashboards`) the id of what was made there."""

    where: str
    token: str
    made: dict[str, str] = field(default_factory=dict)

    def send(self, label: str) -> requests.Response:
        """An operation, as its examples have it."""
        operation = OPERATIONS[label]
        path = re.sub(r"\{\w+\}", lambda name: str(self.placed(label)[name[0][1:-1]]), operation.path)
        asked = {one["name"]: _example(one) for one in _parameters(label, "query") if one.get("required")}
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(
            operation.method, f"{self.where}{path}", params=asked, json=_body(label), headers=headers, timeout=LASTS_SECONDS
        )  # fmt: skip

    def placed(self, label: str) -> dict[str, Any]:
        """What stands in the path: what was made, else as the description has it."""
        area = re.match(rf"\S+ {API}/([a-z]+(/rules|/frozen)?)", label)
        assert area
        given = {one["name"]: _example(one) for one in _parameters(label, "path")}
        ends = label.startswith("DELETE") or label.endswith("/retire")
        ours = {"id_", "user_id", "token_id"} if not ends else set()
        return given | {name: self.made[area[1]] for name in ours & given.keys() if area[1] in self.made}


def _parameters(label: str, where: str) -> list[Mapping[str, Any]]:
    return [one for one in OPERATIONS[label].definition.raw.get("parameters", ()) if one["in"] == where]


def _example(parameter: Mapping[str, Any]) -> Any:
    return parameter.get("example", next(iter(parameter["schema"].get("examples", ())), None))


def _body(label: str) -> Any:
    body = OPERATIONS[label].definition.raw.get("requestBody")
    return body["content"]["application/json"].get("example") if body else None


@pytest.fixture(scope="module")
def served(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A company of its own, with an admin and something of everything: whatever is sent may change it."""
    folder = shutil.copytree(company, tmp_path_factory.mktemp("sent") / "company")
    with (folder / "accountlens.yaml").open("a") as file:
        file.write("\ndelivery:\n  channels:\n    archive: {type: folder, path: sent}\n")
    store, me = Workspace(folder).store, Actor(None, "a test")
    link = links.setup_link(store)
    assert link is not None
    links.set_up(store, me, link.path.partition("#")[2], "ada@example.com", "Ada", "tall windows hum softly")
    secret = tokens.make(store, me, users.users(store)[0], "all", Scope.ADMIN, timedelta(days=1))[1]
    with serving(create_app(folder), listen("127.0.0.1", 0)) as where:
        found = Served(where, secret)
        for one in MADE:
            method, _, path = one.partition(" ")
            answer = found.send(f"{method} {API}{path}")
            assert answer.ok, f"{one}: {answer.text}"
            area = path.removeprefix("/").partition("/{")[0]
            if id_ := _id(answer.json()):
                found.made[area] = id_
        yield found


def _id(told: Any) -> str | None:
    """Of what was made, out of whatever form it is told in."""
    if isinstance(told, dict):
        known = (told.get("id"), told.get("user_id"), *map(_id, told.values()))
        return next((one for one in known if one), None)
    return next(filter(None, map(_id, told)), None) if isinstance(told, list) else None


@st.composite
def asked(draw: st.DrawFn, label: str, served: Served, mode: GenerationMode) -> schemathesis.Case:
    """Whatever the schema lets be sent, or what the examples have with some of that in it."""
    case: schemathesis.Case = draw(OPERATIONS[label].as_strategy(mode))
    if draw(st.booleans()):
        return case
    given = {one["name"]: _example(one) for one in _parameters(label, "query") if one["name"] not in FORMS}
    needed = {one["name"] for one in _parameters(label, "query") if one.get("required")}
    wanted = {
        name: told for name, told in given.items() if told is not None and (name in needed or draw(st.booleans()))
    }
    case.query = wanted | _some(draw, case.query)
    case.path_parameters = served.placed(label)
    if isinstance(body := _body(label), dict):
        case.body = body | _some(draw, case.body)
    return case


def _some(draw: st.DrawFn, sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict) or not sent:
        return {}
    return {name: sent[name] for name in draw(st.lists(st.sampled_from(sorted(sent)), max_size=2, unique=True))}


def keeps_its_schema(label: str, served: Served, examples: int, *modes: GenerationMode, same: bool) -> None:
    for mode in modes:

        @given(asked(label, served, mode))
        @settings(max_examples=examples, deadline=None, derandomize=same, suppress_health_check=list(HealthCheck))
        def keeps(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {served.token}"}
            case.call_and_validate(base_url=served.where, checks=CHECKS, headers=headers, timeout=LASTS_SECONDS)

        keeps()


def test_all_routes_are_described_with_examples() -> None:
    bare, wrong = [], []
    for label, operation in OPERATIONS.items():
        for one in operation.definition.raw.get("parameters", ()):
            example = _example(one) or next(
                (_example({"schema": kind}) for kind in one["schema"].get("anyOf", ())), None
            )
            if example is None and not is_choice(one["schema"]):
                bare.append(f"{label} {one['name']}")
        if body := operation.definition.raw.get("requestBody"):
            schema = body["content"]["application/json"]["schema"] | {"components": SCHEMA.raw_schema["components"]}
            told = Draft202012Validator(schema).iter_errors(_body(label))
            wrong += [f"{label}: {one.message}" for one in told]
    assert (bare, wrong) == ([], [])
    assert f"GET {API}/query" in OPERATIONS


@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_the_schema_is_kept(label: str, served: Served) -> None:
    keeps_its_schema(label, served, 3, GenerationMode.POSITIVE, same=True)


@pytest.mark.long
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_for_long_the_schema_is_kept(label: str, served: Served) -> None:
    keeps_its_schema(label, served, 300, GenerationMode.POSITIVE, same=False)
