"""A company of two account managers, with channels that lead to servers of the tests."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.delivery.mail import Mailbox, mailbox
from tests.servers.api import Answer, Api, Application, running
from tests.workspaces import write_files

from accountlens.delivery import log
from accountlens.delivery.log import Sending
from accountlens.delivery.plans import Delivery, Draft, add, require_delivery
from accountlens.delivery.recipients import recipients_of
from accountlens.delivery.sending import Delivered, deliver_due
from accountlens.people import users
from accountlens.people.audit import Actor
from accountlens.people.users import User, require_user
from accountlens.people.viewer import Role
from accountlens.store.delivery_rows import DeliveryRow
from accountlens.workspace import Workspace

ME = Actor(None, "tests")
SECRET = f"whsec_{base64.b64encode(b'0123456789abcdef0123456789abcdef').decode()}"
MONDAY = datetime(2026, 6, 1, 6)  # 08:00 in Berlin
FILES = {
    "accountlens.yaml": "name: Acme\ncurrency: EUR\ntime_zone: Europe/Berlin\nsources: {files: {type: files, path: data}}\n",
    "data/accounts.csv": "account_id,name,domain,tier,owner_id\nA1,Alder,alder.com,A,E1\nA2,Birch,birch.io,B,E1\nA3,Cedar,cedar.org,A,E2\n",
    "data/employees.csv": "employee_id,name,email\nE1,Ann,ann@acme.example\nE2,Ben,ben@acme.example\n",
    "data/opportunities.csv": "opportunity_id,account_id,name,status,created_at,closed_at,amount\nO1,A1,Garden,won,2026-04-01,2026-05-02,100\nO2,A2,Fence,won,2026-04-01,2026-05-20,250\nO3,A3,Roof,won,2026-04-01,2026-05-21,1000\n",
}
PEOPLE = {"Root": Role.ADMIN, "Ann": Role.ACCOUNT_MANAGER, "Ben": Role.ACCOUNT_MANAGER, "Vic": Role.VIEWER}


@dataclass
class House:
    """A workspace and its clock; `channels` are written anew, `run` sends what is due at a moment."""

    workspace: Workspace

    @property
    def folder(self) -> Path:
        return self.workspace.folder

    def channels(self, text: str, grace: str = "12h") -> None:
        told = f"{FILES['accountlens.yaml']}delivery:\n  grace: {grace}\n  channels:\n"
        lines = "".join(f"    {line}\n" for line in text.strip().splitlines())
        (self.folder / "accountlens.yaml").write_text(told + lines, encoding="utf-8")
        self.workspace = Workspace(self.folder)

    def user(self, name: str) -> User:
        return require_user(self.workspace.store, f"{name.lower()}@acme.example")

    def add(
        self, schedule: str, channel: str, *to: str, audience: str | None = None, since: datetime = MONDAY, **draft: Any
    ) -> Delivery:
        """A digest of one KPI, as if it had been added at `since`."""
        store, options = self.workspace.store, draft.pop("options", {"kpis": ["sales_revenue"], "period": "2026-05"})
        recipients = recipients_of(store, list(to), audience, addressed=bool(to))
        name = draft.pop("name", f"{schedule} by {channel}")
        id_ = add(store, ME, Draft(name, "kpis", options, schedule, channel, True, False, recipients))
        self.begin(id_, since)
        return require_delivery(store, id_)

    def begin(self, id_: str, since: datetime) -> None:
        """As if it had been added then."""
        with self.workspace.store.state.session("set the clock") as session:
            session.get_one(DeliveryRow, id_).done_until = since

    def run(self, at: datetime) -> Delivered:
        return deliver_due(self.workspace, now=lambda: at)

    def log(self, **equal: Any) -> list[Sending]:
        return list(reversed(log.sendings(self.workspace.store, limit=-1, **equal)))


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("house"), FILES)
    workspace = Workspace(folder)
    workspace.refresh(as_of=MONDAY)
    with workspace.store.state.session("add people") as session:
        for name, role in PEOPLE.items():
            users.add(session, ME, f"{name.lower()}@acme.example", name, role, None)
    return folder


@pytest.fixture
def house(tmp_path: Path, first_house: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("MAIL_PASSWORD", "open sesame")
    return House(Workspace(shutil.copytree(first_house, tmp_path / "house")))


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def hook() -> Iterator[Callable[[Application], Api]]:
    """Serves a webhook for as long as the test lasts."""

    with ExitStack() as stack:
        yield lambda application: stack.enter_context(running(application))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


FINE = Answer("ok")
