"""People go on asking while refreshes publish: no error, no torn state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.workspaces import write_files

import accountlens
from accountlens import Workspace

SETTINGS = "name: Busy\nsources: {files: {path: data}}\nsnapshots: {keep: 5}\n"
FILES = {
    "accounts": "account_id,name\na,Acme\n",
    "tickets": "ticket_id,account_id,created_at,status\n",
    "opportunities": "opportunity_id,account_id,created_at,closed_at,status,amount\n",
}
# Each asks on its own, as one of many commands and pages would; what it saw goes to the end of its output.
READER = """
import json, random, sys, threading, time
from pathlib import Path
from accountlens import Workspace
folder, readers = Path(sys.argv[1]), int(sys.argv[2])
seen, faults, reads, first = {}, [], [0], threading.Barrier(readers + 1)

def read(number):
    dice = random.Random(number)
    workspace = Workspace(folder)
    try:
        workspace.ask("mrr")  # the catalog is loaded
        first.wait()
        while not (folder / "stop").exists():
            answer = workspace.ask("opportunities_created", "support_tickets", "sales_revenue", period="2024-01..2024-06")
            seen.setdefault(answer.snapshot, set()).add(tuple(row["value"] for row in answer.rows()))
            reads[0] += 1
            time.sleep(dice.uniform(0, readers / 25))
    except Exception as fault:
        faults.append(f"{type(fault).__name__}: {fault}")

threads = [threading.Thread(target=read, args=[number]) for number in range(readers)]
for thread in threads:
    thread.start()
first.wait()
print("ready", flush=True)
for thread in threads:
    thread.join()
print(json.dumps({"seen": {name: sorted(found) for name, found in seen.items()}, "faults": faults, "reads": reads[0]}))
"""


def grow(folder: Path, number: int) -> None:
    """One ticket and one won deal more."""
    write_files(
        folder,
        {
            f"data/tickets_2024_03_{number:02}.csv": f"{FILES['tickets']}t{number},a,2024-03-01,open\n",
            f"data/opportunities_2024_03_{number:02}.csv": f"{FILES['opportunities']}o{number},a,2024-03-01,2024-03-02,won,1\n",
        },
    )


def prove(folder: Path, processes: int, threads: int, refreshes: int) -> int:
    """Refresh while they read; how often they read."""
    write_files(folder, {"accountlens.yaml": SETTINGS, "data/accounts.csv": FILES["accounts"]})
    grow(folder, 1)
    Workspace(folder).refresh()
    home = os.environ | {"PYTHONPATH": str(Path(accountlens.__file__).parent.parent)}
    command = [sys.executable, "-W", "ignore", "-c", READER, str(folder), str(threads)]
    readers = [subprocess.Popen(command, env=home, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(2, 2 + refreshes):
            grow(folder, number)
            Workspace(folder).refresh(full=number % 2 == 0)
    finally:
        (folder / "stop").touch()
    found = [json.loads(reader.communicate()[0].splitlines()[-1]) for reader in readers]
    assert [fault for one in found for fault in one["faults"]] == []
    states = {(snapshot, *values) for one in found for snapshot, told in one["seen"].items() for values in told}
    assert all(created == tickets == won for _, created, tickets, won in states)
    snapshots = [snapshot for snapshot, *_ in states]
    assert len(snapshots) == len(set(snapshots)) >= refreshes // 2  # one snapshot says one thing to all
    return sum(one["reads"] for one in found)


def test_readers_see_whole_snapshots_and_no_error(tmp_path: Path) -> None:
    assert prove(tmp_path, processes=1, threads=4, refreshes=3) > 5


@pytest.mark.long
def test_a_hundred_readers_see_whole_snapshots_and_no_error(tmp_path: Path) -> None:
    reads = prove(tmp_path, processes=4, threads=25, refreshes=20)
    print(f"{reads} reads")  # noqa: T201 - the tally is the finding
    assert reads > 1000
