"""Whoever sees some accounts is told nothing of others by any part of a page."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.pages.conftest import Company
from tests.secrets_of import Secrets, secrets_of

from accountlens.boards.asked import OfAccounts, OfKpis
from accountlens.delivery.sheets import accounts_sheet, kpis_sheet
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.pages.account import header
from accountlens.pages.accounts import Wanted, accounts_table
from accountlens.pages.attribution import attribution
from accountlens.pages.deals import deals
from accountlens.pages.holdings import holdings
from accountlens.pages.movements import movements
from accountlens.pages.moves import moves
from accountlens.pages.peers import peers
from accountlens.pages.people_map import people_map
from accountlens.pages.retention import retention
from accountlens.pages.stand import stand
from accountlens.pages.team import team
from accountlens.pages.timeline import timeline
from accountlens.pages.todo import todo
from accountlens.pages.voice import comments, voice
from accountlens.surfaces.web.formats import json_bytes

OF_ACCOUNT: list[Callable[..., Any]] = [header, timeline, people_map, peers, deals, holdings]


def accounts(workspace: Any) -> Any:
    table = accounts_table(workspace, stand(workspace).opened)
    wanted = Wanted(("tier", "owner_id", "parent_account_id", "mrr", "nps"), "-mrr", compare="previous", spark=3)
    return table.page(wanted, 0, 1000), table.counts(wanted), [list(row) for row in table.rows(wanted)[1]]


def sent(workspace: Any) -> Any:
    """A view of accounts and one of KPIs, as deliveries make them."""
    asked = OfAccounts(None, "-mrr", "", None, (), (), (), "last-90-days", "previous")
    every = Query((parse_asked("mrr"),), by=("account_id",), period="last-quarter")
    sheets = accounts_sheet(workspace, asked), kpis_sheet(workspace, OfKpis(every, None, lowest=False))
    return [[sheet.rows, sheet.html(), sheet.csv.decode()] for sheet in sheets]


OF_ALL: list[Callable[..., Any]] = [
    moves, todo, movements, retention, voice, comments, team, attribution, accounts, sent,
]  # fmt: skip


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


@pytest.mark.parametrize("part", [todo, comments, accounts, sent])
def test_the_test_would_see_it(company: Company, secrets: Secrets, part: Callable[..., Any]) -> None:
    assert secrets.told(json.loads(json_bytes(part(company.workspace))), [])
