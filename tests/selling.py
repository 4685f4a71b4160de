"""A company that sells the same way every quarter, so that what its targets and paces must be is known by hand.

Each quarter from 2024-Q1 to 2026-Q2 two fifths are sold in its first two months, on the 20th each, and three fifths on
the 20th of its last month; a year brings 20 % more than the one before. Of 2026-Q3 the first two months are there.
Ann owns tier A and has 60 % of it, Bob 30 %, Cleo the rest; Dan owns nothing yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from tests.workspaces import write_files

from accountlens.workspace import Workspace

NOW = datetime(2026, 9, 1)
PARTS = {1: 0.2, 2: 0.2, 3: 0.6}  # month of the quarter → of its sales
OWNERS = {"E1": ("A1", 0.6), "E2": ("A2", 0.3), "E3": ("A3", 0.1)}
BASE = 10_000.0  # of a quarter of 2024

SETTINGS = """name: Selling
time_zone: UTC
currency: EUR
sources: {files: {type: files, path: data}}
"""
ACCOUNTS = """account_id,name,domain,tier,segment,owner_id
A1,Acme,acme.com,A,large,E1
A2,Bolt,bolt.io,B,small,E2
A3,Cord,cord.net,B,small,E3
"""
EMPLOYEES = """employee_id,name,email,team
E1,Ann,ann@us.com,North
E2,Bob,bob@us.com,South
E3,Cleo,cleo@us.com,South
E4,Dan,dan@us.com,South
"""
SUBSCRIPTIONS = """subscription_id,account_id,started_on,ended_on,mrr
S1,A1,2023-01-01,,1000
S2,A2,2023-01-01,,500
"""


def quarter(day: date) -> float:
    """What the quarter of a day brings in all."""
    return BASE * 1.2 ** (day.year - 2024)


def deals(parts: dict[int, float] | None = None) -> Iterator[str]:
    yield "opportunity_id,account_id,owner_id,status,created_at,closed_at,amount"
    months = [date(year, month, 20) for year in (2024, 2025, 2026) for month in range(1, 13)]
    for day in (one for one in months if one < NOW.date()):
        share = (parts or PARTS)[(day.month - 1) % 3 + 1]
        for owner, (account, own) in OWNERS.items():
            amount = round(quarter(day) * share * own, 2)
            yield f"{owner}-{day:%Y%m},{account},{owner},won,{day.replace(day=1)},{day},{amount}"
        yield f"L-{day:%Y%m},A1,E1,lost,{day.replace(day=1)},{day},50"


def selling(folder: Path) -> Workspace:
    """The company, refreshed."""
    files = {
        "accountlens.yaml": SETTINGS,
        "data/accounts.csv": ACCOUNTS,
        "data/employees.csv": EMPLOYEES,
        "data/opportunities.csv": "\n".join(deals()) + "\n",
        "data/subscriptions.csv": SUBSCRIPTIONS,
    }
    workspace = Workspace(write_files(folder, files))
    workspace.refresh(as_of=NOW)
    return workspace
