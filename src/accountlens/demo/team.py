"""The people of the vendor, who owns which account when, and attributes as they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.draw import Generator, days, happens, labels, words
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import (
    COUNTRIES,
    FIRST_NAMES,
    LAST_NAMES,
    REGIONS,
    SEGMENTS,
    TIERS,
    VENDOR_DOMAIN,
)

# team, people per 400 accounts, grows with the accounts, role, role of the first one
TEAMS = (
    ("Leadership", 5, False, "Executive", "Chief Executive Officer"),
    ("Sales", 16, True, "Account Manager", "VP Sales"),
    ("Business Development", 6, True, "Sales Development Representative", "Head of Business Development"),
    ("Customer Success", 9, True, "Customer Success Manager", "VP Customer Success"),
    ("Support", 9, True, "Support Agent", "Head of Support"),
    ("Marketing", 8, False, "Marketing Manager", "VP Marketing"),
    ("Product", 15, False, "Engineer", "VP Product"),
    ("Finance", 4, False, "Controller", "VP Finance"),
)
MOVED_SHARE = 0.45  # of the accounts change their owner in the reorganisation
SEGMENT_SHARES = (0.3, 0.36, 0.34)  # of the owners, after it


@dataclass(frozen=True)
class Team:
    """Employees by index, and the two owners of each account."""

    ids: pa.Array
    team: Array
    owner_before: Array
    owner_after: Array
    reorganised_on: np.datetime64

    def members(self, name: str) -> Array:
        return np.flatnonzero(self.team == [team[0] for team in TEAMS].index(name))

    def owner(self, accounts: Array, when: Array) -> Array:
        """The owner of each account at each instant."""
        after = when.astype("M8[D]") >= self.reorganised_on
        return np.where(after, self.owner_after[accounts], self.owner_before[accounts])

    @property
    def moved(self) -> Array:
        return np.asarray(self.owner_before != self.owner_after)


def make_team(scale: Scale, accounts: Accounts) -> Team:
    """Owners first divide the accounts by region; the reorganisation divides those it moves by segment."""
    rng = scale.stream("team")
    sizes = [scale.share(size, 3) if grows else size for _, size, grows, _, _ in TEAMS]
    team = np.repeat(np.arange(len(TEAMS)), sizes)
    owners = np.flatnonzero(team == 1)[1:]
    region = np.array([REGIONS.index(row[1]) for row in COUNTRIES])[accounts.country]
    shares = np.bincount(region, minlength=len(REGIONS)) / len(region)
    before = owners[_divide(rng, region, shares, len(owners))]
    after = owners[_divide(rng, accounts.segment, np.array(SEGMENT_SHARES), len(owners))]
    moves = np.zeros(len(accounts), dtype=bool)
    order = np.lexsort((rng.random(len(accounts)), accounts.group))
    moves[order] = happens(rng, np.full(len(accounts), MOVED_SHARE))
    return Team(
        ids=labels("E", np.arange(1, len(team) + 1), 4),
        team=team,
        owner_before=before,
        owner_after=np.where(moves, after, before),
        reorganised_on=scale.day(scale.reorganisation_month),
    )


def _divide(rng: Generator, part: Array, shares: Array, owners: int) -> Array:
    """Owners in a row of parts, each part taking its share of the row; accounts spread inside their part."""
    starts = np.concatenate([[0.0], np.cumsum(shares)])[:-1]
    place = starts[part] + shares[part] * rng.random(len(part))
    return np.asarray(np.minimum((place / shares.sum() * owners).astype(int), owners - 1))


def employees_table(scale: Scale, team: Team) -> pa.Table:
    """The entity `employees`: the first of each team leads it and reports to the first of all."""
    rng, n = scale.stream("employees"), len(team.team)
    first = rng.permutation(len(FIRST_NAMES))[np.arange(n) % len(FIRST_NAMES)]
    last = rng.integers(0, len(LAST_NAMES), n)
    names = [f"{FIRST_NAMES[f]} {LAST_NAMES[s]}" for f, s in zip(first.tolist(), last.tolist(), strict=True)]
    again = [names[:i].count(name) for i, name in enumerate(names)] if n < 5000 else list(range(n))
    mails = [name.lower().replace(" ", ".") + (str(k + 1) if k else "") for name, k in zip(names, again, strict=True)]
    leads = np.concatenate([[True], team.team[1:] != team.team[:-1]])
    leader = np.flatnonzero(leads)[team.team]
    manager = np.where(leads, 0, leader)
    manager[0] = -1
    return pa.table(
        {
            "employee_id": team.ids,
            "name": pa.array(names),
            "email": pa.array([f"{mail}@{VENDOR_DOMAIN}" for mail in mails]),
            "team": words([row[0] for row in TEAMS], team.team),
            "role": pa.array([TEAMS[t][4 if lead else 3] for t, lead in zip(team.team.tolist(), leads, strict=True)]),
            "manager_id": words(team.ids, manager),
        }
    )


def history_table(scale: Scale, accounts: Accounts, team: Team) -> pa.Table:
    """The entity `account_history`: owners, tiers, segments and parents as they were."""
    rng, n = scale.stream("history"), len(accounts)
    turned = scale.day(scale.months // 2) + np.zeros(n, dtype="m8[D]")
    tier_moves, segment_moves = rng.random(n) < 0.10, rng.random(n) < 0.05
    earlier_tier = np.where(tier_moves, np.where(accounts.tier == 2, 1, accounts.tier + 1), accounts.tier)
    earlier_segment = np.where(segment_moves, np.minimum(accounts.segment + 1, 2), accounts.segment)
    reorganised = np.full(n, team.reorganised_on)
    parts = [
        _versions(accounts, "owner_id", team.ids, team.owner_before, team.owner_after, reorganised),
        _versions(accounts, "tier", pa.array(TIERS), earlier_tier, accounts.tier, turned),
        _versions(accounts, "segment", pa.array(SEGMENTS), earlier_segment, accounts.segment, turned),
        _parent_versions(scale, rng, accounts),
    ]
    return pa.concat_tables(parts)


def _versions(accounts: Accounts, name: str, values: pa.Array, old: Array, new: Array, when: Array) -> pa.Table:
    """One row of what always was, or two with the change between them."""
    changed = (old != new) & (accounts.created < when)
    first = _rows(accounts, np.arange(len(old)), name, words(values, np.where(changed, old, new)))
    first = first.append_column("valid_from", days(accounts.created))
    first = first.append_column("valid_to", days(np.where(changed, when, np.datetime64("NaT"))))
    rows = np.flatnonzero(changed)
    second = _rows(accounts, rows, name, words(values, new[rows]))
    second = second.append_column("valid_from", days(when[rows]))
    return pa.concat_tables([first, second.append_column("valid_to", pa.nulls(len(rows), pa.date32()))])


def _parent_versions(scale: Scale, rng: Generator, accounts: Accounts) -> pa.Table:
    """A few subsidiaries were bought while the data runs; the others always belonged to their group."""
    rows = np.flatnonzero(accounts.parent >= 0)
    bought = scale.day(scale.months * 5 // 9) + np.zeros(len(rows), dtype="m8[D]")
    since = np.where(rng.random(len(rows)) < 0.08, bought, accounts.created[rows])
    table = _rows(accounts, rows, "parent_account_id", words(accounts.ids, accounts.parent[rows]))
    table = table.append_column("valid_from", days(np.maximum(since, accounts.created[rows])))
    return table.append_column("valid_to", pa.nulls(len(rows), pa.date32()))


def _rows(accounts: Accounts, rows: Array, name: str, values: pa.Array) -> pa.Table:
    attribute = pa.array([name] * len(rows), pa.string())
    return pa.table({"account_id": words(accounts.ids, rows), "attribute": attribute, "value": values})
