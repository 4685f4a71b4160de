"""The world behind the files: everything decided before the first row is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import Accounts, make_accounts
from accountlens.demo.billing import Contracts, make_contracts
from accountlens.demo.climate import Climate, make_climate
from accountlens.demo.deals import Deals, make_deals
from accountlens.demo.fates import Lives, make_lives
from accountlens.demo.people import People, make_people
from accountlens.demo.recurring import Segments, make_ledger, make_segments
from accountlens.demo.scale import Scale
from accountlens.demo.team import Team, make_team


@dataclass(frozen=True)
class World:
    scale: Scale
    accounts: Accounts
    team: Team
    lives: Lives
    climate: Climate
    people: People
    segments: Segments
    contracts: Contracts
    deals: Deals


def make_world(scale: Scale) -> World:
    """Accounts first, then their fates, and from these all that follows."""
    accounts = make_accounts(scale)
    team = make_team(scale, accounts)
    lives = make_lives(scale, accounts)
    climate = make_climate(scale, accounts, lives, team)
    customers = np.zeros(len(accounts), dtype=bool)
    customers[lives.account[lives.begins < scale.end]] = True
    people = make_people(scale, accounts, customers)
    segments = make_segments(scale, accounts, lives, climate)
    ledger = make_ledger(segments)
    contracts = make_contracts(scale, lives, ledger)
    deals = make_deals(scale, accounts, lives, segments, contracts, ledger)
    return World(scale, accounts, team, lives, climate, people, segments, contracts, deals)
