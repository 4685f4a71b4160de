"""The API keeps what it says of itself, whatever is sent: no 5xx, no answer beyond its schema."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.conftest import API, somebody

from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.serving import listen, serving

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
AREAS = (
    "questions",
    "catalog",
    "accounts",
    "pages",
    "journey",
    "data",
    "lists",
    "targets",
    "alerts",
    "reviews",
    "goals",
    "leading",
    "deliveries",
    "service",
)


def description() -> schemathesis.BaseSchema:
    with TemporaryDirectory() as folder:
        (Path(folder) / "accountlens.yaml").write_text("name: Nobody's\n")
        return schemathesis.openapi.from_dict(create_app(Path(folder), viewer_of=somebody).openapi())


OPERATIONS = {
    found.ok().label: found.ok()
    for found in description().get_all_operations()
    if set(found.ok().tags or ()) & set(AREAS)
}


@pytest.fixture(scope="module")
def where(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A company of its own: whatever is sent may change it, and refresh it."""
    folder = shutil.copytree(company, tmp_path_factory.mktemp("sent") / "company")
    with serving(create_app(folder, viewer_of=somebody), listen("127.0.0.1", 0)) as found:
        yield found


def keeps_its_schema(label: str, where: str, examples: int, *, same: bool) -> None:
    @given(OPERATIONS[label].as_strategy())
    @settings(max_examples=examples, deadline=None, derandomize=same, suppress_health_check=list(HealthCheck))
    def keeps(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=where, checks=CHECKS)

    keeps()


def test_all_routes_are_described() -> None:
    assert len(OPERATIONS) > 20
    assert f"GET {API}/query" in OPERATIONS


@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_the_schema_is_kept(label: str, where: str) -> None:
    keeps_its_schema(label, where, 8, same=True)


@pytest.mark.long
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_for_long_the_schema_is_kept(label: str, where: str) -> None:
    keeps_its_schema(label, where, 300, same=False)
