"""A fetch that is killed at any moment: what landed before stands, and the next fetch brings what a first one would."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.servers.api import running
from tests.servers.salesforce import Salesforce
from tests.test_api_salesforce import account, fetch, landed, opportunity

CHILD = """
import sys
from pathlib import Path
from accountlens.sources.api import client
from accountlens.sources.kinds import salesforce
folder, url = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
salesforce.fetch("crm", salesforce.Settings.model_validate({"url": url}), folder, folder / "crm.duckdb")
"""


@pytest.mark.long
def test_killed_at_random_moments_nothing_is_lost_or_counted_twice(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SALESFORCE_CLIENT_ID=hush-id\nSALESFORCE_CLIENT_SECRET=hush-secret\n")
    dice = random.Random(11)
    there = Salesforce({"Account": [account(1)], "Opportunity": [opportunity(1, 1)]}, page=3)
    with running(there) as api:
        fetch(api, tmp_path)
        before = landed(tmp_path)
        for number in range(2, 22):
            there.objects["Account"] += [
                account(number * 10 + n, f"2026-03-{number:02d}T10:00:00.000+0000") for n in range(9)
            ]
            there.objects["Opportunity"].append(opportunity(number, 1))
            child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), api.url], stdout=subprocess.PIPE)
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(dice.uniform(0, 0.4))
            child.kill()
            child.communicate()
            now = landed(tmp_path)
            ended = len(now["account"]) == len(there.objects["Account"])
            assert ended or now == before, "all of it, or what was"
            fetch(api, tmp_path)
            before = landed(tmp_path)
            assert (
                len(before["account"]) == len({row["Id"] for row in before["account"]}) == len(there.objects["Account"])
            )
        fetch(api, tmp_path, "plain")
    assert before == landed(tmp_path, "plain")
