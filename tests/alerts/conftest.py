"""A generated company whose cooling accounts are known, and a tiny one whose figures can be told by heart."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.workspaces import write_files

from accountlens.alerts.rules import Rule
from accountlens.demo import generate
from accountlens.people.audit import Actor
from accountlens.workspace import Workspace

NOW = datetime(2026, 9, 30, 22)  # midnight in Berlin, the end of the generated data
ME = Actor(None, "a test")
COOLED = re.compile(r"^\| (A\d+) \| [^|]+ \| ([\d-]+) \| ([\d-]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Company:
    """`cooled`: the accounts that cool off before they leave, with both days, as the generator planted them."""

    workspace: Workspace
    cooled: dict[str, tuple[date, date]]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("cooling")
    generate(folder, accounts=100, months=26, file_format="parquet")
    workspace = Workspace(folder)
    workspace.refresh(as_of=NOW)
    story = COOLED.findall((folder / "STORY.md").read_text(encoding="utf-8"))
    return Company(workspace, {id_: (date.fromisoformat(a), date.fromisoformat(b)) for id_, a, b in story})


def deals(amounts: dict[str, list[float | None]], first: tuple[int, int] = (2025, 1)) -> str:
    """One deal a month that each account closes, from a first month on; None: none in that month."""
    lines = ["opportunity_id,account_id,status,created_at,closed_at,amount"]
    for account, worth in amounts.items():
        for number, amount in enumerate(worth):
            months = first[0] * 12 + first[1] - 1 + number
            if amount is not None:
                month = f"{months // 12}-{months % 12 + 1:02d}"
                lines.append(f"O-{account}-{number},{account},won,{month}-05,{month}-10,{amount}")
    return "\n".join(lines) + "\n"


STEADY = [100.0, 104, 98, 101, 97, 103, 99, 102, 100, 96, 104, 100, 101, 99, 103, 98]
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": (
        "account_id,name,owner_id,tier,created_at\n"
        "a1,Acme,e1,A,2024-01-01\na2,Beta,e2,B,2024-01-01\na3,Cord,,C,2024-01-01\na4,Dale,e1,A,2024-01-01\n"
    ),
    "data/employees.csv": (
        "employee_id,name,email,manager_id\n"
        "e1,Bob,bob@example.com,e3\ne2,Carl,carl@example.com,e3\ne3,Mona,mona@example.com,\n"
    ),
    "data/contacts.csv": (
        "contact_id,account_id,name,buying_role\n"
        "c1,a1,Ada Lund,champion\nc2,a1,Ben Roy,decision_maker\nc3,a2,Cleo Ray,champion\n"
    ),
    "data/activities.csv": (
        "activity_id,account_id,contact_id,employee_id,kind,direction,occurred_at,message_id,status\n"
        "t1,a1,c1,e1,meeting,outbound,2026-04-20T09:00:00,,\n"
        "t2,a1,c2,e1,meeting,outbound,2026-01-10T09:00:00,,\n"
        "t3,a2,c3,e2,call,outbound,2026-04-28T09:00:00,,\n"
        "t4,a1,c1,e1,email_sent,outbound,2026-04-25T09:00:00,m1,\n"
        "t5,a1,c1,,email_bounced,inbound,2026-04-25T09:01:00,m1,hard\n"
    ),
    "data/contracts.csv": (
        "contract_id,account_id,started_on,ends_on,value,decision,decided_at\n"
        "k1,a1,2025-06-01,2026-06-01,12000,pending,\nk2,a2,2025-06-01,2026-05-20,5000,renewed,2026-04-15\n"
        "k3,a4,2024-03-01,2026-02-01,900,lost,2026-02-01\n"
    ),
    "data/opportunities.csv": deals(
        {"a1": [*STEADY[:15], 20], "a2": STEADY, "a3": [*STEADY[:15], 94], "a4": [None] * 13 + [100, 100, 5]}
    ),
}
TINY_NOW = datetime(2026, 5, 1)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Four accounts: a1 fell in the last month, a2 is steady, a3 fell a little, a4 is young and fell."""
    workspace = Workspace(write_files(tmp_path_factory.mktemp("tiny"), FILES))
    workspace.refresh(as_of=TINY_NOW)
    return workspace


@pytest.fixture
def own(tmp_path: Path, tiny: Workspace) -> Callable[..., Workspace]:
    """A tiny workspace of one's own, with other files where wanted."""

    def make(files: dict[str, str] | None = None) -> Workspace:
        if not files:
            return Workspace(shutil.copytree(tiny.folder, tmp_path / "own"))
        workspace = Workspace(write_files(tmp_path / "own", FILES | files))
        workspace.refresh(as_of=TINY_NOW)
        return workspace

    return make


def rule(when: dict[str, Any], **more: Any) -> Rule:
    return Rule.model_validate({"label": "A rule", "when": when, **more})
