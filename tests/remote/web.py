"""The application over a company whose large tables stay in a warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient
from tests.web.conftest import API, somebody

from accountlens.people.viewer import Viewer
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.limits import Limits
from accountlens.workspace import Workspace
from accountlens.workspace.asking import Asking


@contextmanager
def client(workspace: Workspace, seen: frozenset[str] | None = None, **limits: Any) -> Iterator[TestClient]:
    """For who sees all, or these accounts alone."""

    def sees(viewer: Viewer, asking: Asking) -> frozenset[str] | None:
        return seen

    with TestClient(create_app(workspace.folder, viewer_of=somebody, sees=sees, limits=Limits(**limits))) as found:
        yield found


def refused(client: TestClient, status: int, path: str, **params: Any) -> dict[str, Any]:
    """The problem that a path tells."""
    answer = client.get(f"{API}{path}", params=params)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found | {"kind": found["type"].rpartition(":")[2]}
