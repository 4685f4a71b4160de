"""Whoever sees some accounts is told nothing of others by any part of a page."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.pages.conftest import Company
from tests.secrets_of import Secrets, secrets_of

from accountlens.pages.account import header
from accountlens.pages.attribution import attribution
from accountlens.pages.deals import deals
from accountlens.pages.holdings import holdings
from accountlens.pages.movements import movements
from accountlens.pages.moves import moves
from accountlens.pages.peers import peers
from accountlens.pages.people_map import people_map
from accountlens.pages.retention import retention
from accountlens.pages.team import team
from accountlens.pages.timeline import timeline
from accountlens.pages.todo import todo
from accountlens.pages.voice import voice
from accountlens.surfaces.web.formats import json_bytes

OF_ACCOUNT: list[Callable[..., Any]] = [header, timeline, people_map, peers, deals, holdings]
OF_ALL: list[Callable[..., Any]] = [moves, todo, movements, retention, voice, team, attribution]


@pytest.fixture(scope="module")
def secrets(company: Company) -> Secrets:
    return secrets_of(company.workspace)


@pytest.mark.parametrize("size", [1, 12])
def test_no_part_tells_what_only_other_accounts_have(company: Company, secrets: Secrets, size: int) -> None:
    draw = random.Random(size)
    accounts = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY account_id")]
    seen = draw.sample(accounts, size)
    narrowed = company.seen_by(seen)
    told = {part.__name__: part(narrowed) for part in OF_ALL}
    for account in seen[:2]:
        told |= {f"{part.__name__} of {account}": part(narrowed, account) for part in OF_ACCOUNT}
    for name, found in told.items():
        assert not secrets.told(json.loads(json_bytes(found)), seen), name


def test_the_test_would_see_it(company: Company, secrets: Secrets) -> None:
    everything = json.loads(json_bytes(todo(company.workspace, limit=1000)))
    assert secrets.told(everything, [])
