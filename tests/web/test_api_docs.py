"""Every example of docs/api.md is run against a real server, and answered as the page says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from tests.conftest import CHECKOUT
from tests.web.conftest import API

from accountlens.people import links, tokens, users
from accountlens.people.audit import Actor
from accountlens.people.rights import Scope
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.schemas import STATUSES
from accountlens.surfaces.web.serving import listen, look, serving
from accountlens.workspace import Workspace

PAGE = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\$ (curl .*)\n(\{.*\})?", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def token(company: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace whose admin made a token."""
    folder = shutil.copytree(company, tmp_path_factory.mktemp("documented") / "company")
    store, me = Workspace(folder).store, Actor(None, "a test")
    link = links.setup_link(store)
    assert link is not None
    links.set_up(store, me, link.path.partition("#")[2], "ada@example.com", "Ada", "tall windows hum softly")
    return folder, tokens.make(store, me, users.users(store)[0], "the page", Scope.WRITE, timedelta(days=1))[1]


@pytest.fixture(scope="module")
def served(token: tuple[Path, str]) -> Iterator[tuple[str, str]]:
    with serving(create_app(token[0]), listen("127.0.0.1", 0)) as where:
        yield where, token[1]


def run(command: str, where: str, token: str) -> tuple[int, str]:
    """A line of curl, carried out: its options are those the page uses."""
    method, body, address, headers = "GET", None, "", {}
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-d":
            body = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value.replace("$TOKEN", token)
        else:
            assert word.startswith("http://127.0.0.1:8642/"), word
            address = word
    parts = urlsplit(address)
    connection = HTTPConnection(where.removeprefix("http://"), timeout=60)
    connection.request(method, f"{parts.path}?{parts.query}".rstrip("?"), body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize(("command", "said"), EXAMPLES, ids=[re.split(r"api/v1", one)[-1] for one, _ in EXAMPLES])
def test_an_example_is_answered(command: str, said: str, served: tuple[str, str]) -> None:
    status, text = run(command, *served)
    if said:
        assert text == said
    else:
        assert status in (200, 201, 202, 204), text
        if text.startswith("{"):
            keeps_its_schema(command, status, json.loads(text), served[0])


def keeps_its_schema(command: str, status: int, told: Any, where: str) -> None:
    """An answer has the form that the API says it has."""
    described = look(where, f"{API}/openapi.json")
    path = urlsplit(shlex.split(command)[-1]).path
    route = next(one for one in described["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path))
    operation = described["paths"][route]["post" if "-X POST" in command else "get"]
    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": described["components"]}).validate(told)


def test_the_page_names_every_status_and_area() -> None:
    assert len(EXAMPLES) > 15
    told = "\n".join(re.findall(r"^\| .*", PAGE, re.MULTILINE))
    assert [status for status in STATUSES if str(status) not in told] == []
    named = {command.split(API)[1].split("?")[0].split("/")[1] for command, _ in EXAMPLES if API in command}
    ours = {"query", "ask", "catalog", "explain", "rows", "accounts", "journey", "cohorts", "data", "health", "metrics"}
    ours |= {"lists", "tiers", "targets", "alerts", "reports", "todo", "measures", "dimensions", "benchmarks"}
    ours |= {"deliveries"}
    assert named == {name.rstrip("'") for name in ours}
