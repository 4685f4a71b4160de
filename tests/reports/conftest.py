"""A company whose every change is known, because it was made so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import write_files

from accountlens.workspace import Workspace

NOW = datetime(2026, 10, 1)
SETTINGS = "name: Known Ltd\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n"
ACCOUNTS = """\
account_id,name,owner_id,created_at
A1,=Acme|<b>,E1,2025-01-01
A2,Bolt & Co,E2,2025-01-01
A3,Cord,E2,2025-01-01
"""
EMPLOYEES = "employee_id,name,email,team\nE1,Ann,ann@known.example,North\nE2,Bob,bob@known.example,South\n"


def months() -> list[str]:
    return [f"{2025 + (8 + n) // 12}-{(8 + n) % 12 + 1:02d}" for n in range(13)]  # 2025-09 to 2026-09


def deals() -> Iterator[str]:
    """A hundred decided a month: 50 won, in August 48, in September 90, of which 40 more by A1; 1,000 EUR each."""
    yield "opportunity_id,account_id,owner_id,status,created_at,closed_at,amount"
    for month in months():
        won = {"2026-08": 48, "2026-09": 90}.get(month, 50)
        for number in range(100):
            status = "won" if number < won else "lost"
            account, owner = ("A1", "E1") if number >= 50 else ("A2", "E2")
            yield f"{month}-{number},{account},{owner},{status},{month}-01T08:00:00,{month}-15T08:00:00,1000"


SUBSCRIPTIONS = """\
subscription_id,account_id,started_on,ended_on,mrr
S1,A1,2025-01-01,,500
S2,A2,2025-01-01,2026-09-10,300
S3,A3,2026-09-05,,100
"""
ACTIVITIES = """\
activity_id,occurred_at,kind,account_id,employee_id,direction
C1,2026-09-22T09:00:00,call,A1,E1,outbound
C2,2026-09-23T09:00:00,call,A2,E2,outbound
"""
ANSWERS = """\
response_id,survey,answered_at,score,account_id
R1,csat,2026-09-03,5,A1
R2,enps,2026-09-03,9,
"""


@pytest.fixture(scope="session")
def known_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    files = {
        "accountlens.yaml": SETTINGS,
        "data/accounts.csv": ACCOUNTS,
        "data/employees.csv": EMPLOYEES,
        "data/opportunities.csv": "\n".join(deals()) + "\n",
        "data/subscriptions.csv": SUBSCRIPTIONS,
        "data/activities.csv": ACTIVITIES,
        "data/survey_responses.csv": ANSWERS,
    }
    write_files(folder, files)
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture(scope="session")
def known(known_data: Path) -> Workspace:
    """To be read only."""
    return Workspace(known_data)
