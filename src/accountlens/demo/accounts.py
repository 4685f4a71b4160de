"""The accounts: who they are, how they belong together, and which of them the program is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.clock import office_time
from accountlens.demo.draw import (
    Generator,
    choose,
    happens,
    known,
    labels,
    quotas,
    times,
    words,
)
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import (
    COUNTRIES,
    CURRENCIES,
    EURO_PER_UNIT,
    INDUSTRIES,
    NAME_ENDINGS,
    SEGMENTS,
    STEM_HEADS,
    STEM_TAILS,
    TIERS,
)

TIER_SHARES = (0.15, 0.35, 0.50)
UNLISTED, CONTROL, TREATED = 0, 1, 2
EARLY_SHARE = 0.32
GROUP_SHARES = (0.65, 0.15, 0.20)
MEDIAN_EMPLOYEES = np.array([3800.0, 850.0, 170.0])
MEAN_FIT = np.array([72.0, 63.0, 52.0])


@dataclass(frozen=True)
class Accounts:
    """One entry per account, by index."""

    name: Sequence[str]
    domain: Sequence[str]
    ids: pa.Array
    parent: Array  # index of the parent, -1 for none
    industry: Array
    country: Array
    tier: Array  # 0 = A
    segment: Array
    employees: Array
    fit: Array  # -1 where nobody scored
    currency: Array
    hours: Array  # from Berlin
    created: Array  # days
    group: Array  # of the target list
    early: Array  # customers before the first month

    def __len__(self) -> int:
        return len(self.tier)

    def euro(self, rows: Array) -> Array:
        """Euro per unit of the currency of each account."""
        return np.array([EURO_PER_UNIT[code] for code in CURRENCIES])[self.currency[rows]]


def make_accounts(scale: Scale) -> Accounts:
    """Draw all accounts; shares of tiers, groups and early customers are exact."""
    rng, n = scale.stream("accounts"), scale.accounts
    tier = quotas(rng, TIER_SHARES, n)
    country = choose(rng, [row[2] for row in COUNTRIES], n)
    industry = rng.integers(0, len(INDUSTRIES), n)
    early = _early(rng, tier)
    created = _created(rng, scale, early)
    employees = np.round(MEDIAN_EMPLOYEES[tier] * rng.lognormal(0, 0.5, n)).astype(int)
    fit = np.clip(np.round(rng.normal(MEAN_FIT[tier], 15)), 5, 98).astype(int)
    parent = _parents(rng, n)
    names, domains = _names(rng, industry, country, parent)
    return Accounts(
        name=names,
        domain=domains,
        ids=labels("A", np.arange(1, n + 1)),
        parent=parent,
        industry=industry,
        country=country,
        tier=tier,
        segment=np.select([employees >= 2000, employees >= 400], [0, 1], 2),
        employees=employees,
        fit=np.where(~early & (rng.random(n) < 0.04), -1, fit),
        currency=np.array([CURRENCIES.index(row[3]) for row in COUNTRIES])[country],
        hours=np.array([row[4] for row in COUNTRIES])[country],
        created=created,
        group=_groups(rng, scale, tier, early, created),
        early=early,
    )


def _early(rng: Generator, tier: Array) -> Array:
    """Customers from before the data begins, the same share in each tier."""
    order = np.lexsort((rng.random(len(tier)), tier))
    early = np.zeros(len(tier), dtype=bool)
    early[order] = happens(rng, np.full(len(tier), EARLY_SHARE))
    return early


def _groups(rng: Generator, scale: Scale, tier: Array, early: Array, created: Array) -> Array:
    """The groups of the target list: alike in tier and customers, known well before the program begins."""
    group = np.zeros(len(tier), dtype=np.int64)
    order = np.lexsort((rng.random(len(tier)), early, tier))
    order = order[created[order] < scale.day(scale.program_month) - 90]
    listed = GROUP_SHARES[CONTROL] + GROUP_SHARES[TREATED]
    order = order[happens(rng, np.full(len(order), listed * len(tier) / len(order)))]
    treated = happens(rng, np.full(len(order), GROUP_SHARES[TREATED] / listed))
    group[order] = np.where(treated, TREATED, CONTROL)
    return group


def _created(rng: Generator, scale: Scale, early: Array) -> Array:
    """Customers and half of the prospects were known before; the other prospects appear over time."""
    n = len(early)
    long_ago = scale.start - rng.integers(950, 1900, n)
    before = scale.start - rng.integers(20, 700, n)
    lately = scale.start + rng.integers(0, max(1, int((scale.end - scale.start).astype(int)) - 60), n)
    return np.where(early, long_ago, np.where(rng.random(n) < 0.55, before, lately))


def _parents(rng: Generator, n: int) -> Array:
    """A sixth of the accounts belongs to a group; a group may itself belong to one."""
    parent = np.full(n, -1)
    heads = np.sort(rng.permutation(n)[: max(1, n // 16)])
    others = np.setdiff1d(np.arange(n), heads)
    children = rng.permutation(others)[: n // 6]
    parent[children] = heads[choose(rng, 1 / np.arange(1, len(heads) + 1) ** 0.5, len(children))]
    grandchildren = children[len(children) * 4 // 5 :]
    parent[grandchildren] = children[: len(children) * 4 // 5][: len(grandchildren)] if len(children) > 4 else -1
    return parent


def _names(rng: Generator, industry: Array, country: Array, parent: Array) -> tuple[list[str], list[str]]:
    """Unique invented names; a subsidiary carries the stem of its group and the name of its country."""
    stems = [head + tail for head in STEM_HEADS for tail in STEM_TAILS]
    shuffled = rng.permutation(len(stems))
    descriptors = [text.split(",") for text in INDUSTRIES.values()]
    names: list[str] = [""] * len(industry)
    taken: set[str] = set()
    turns = rng.integers(0, 8, len(industry)).tolist()
    for i in np.lexsort((np.arange(len(parent)), _depth(parent))).tolist():
        words_of_industry = descriptors[industry[i]]
        stem = stems[shuffled[i % len(stems)]] if parent[i] < 0 else names[parent[i]].split(" ")[0]
        place = "" if parent[i] < 0 else " " + COUNTRIES[country[i]][6]
        for attempt in range(8 * len(NAME_ENDINGS)):
            name = f"{stem} {words_of_industry[(turns[i] + attempt) % 8]}{place}{NAME_ENDINGS[attempt // 8]}"
            if name not in taken:
                break
        taken.add(name)
        names[i] = name
    slugs = [name.lower().replace(" ", "-") for name in names]
    return names, [f"{slug}.{COUNTRIES[place][5]}" for slug, place in zip(slugs, country.tolist(), strict=True)]


def _depth(parent: Array) -> Array:
    above = np.where(parent >= 0, parent, 0)
    return (parent >= 0).astype(int) + ((parent >= 0) & (parent[above] >= 0))


def accounts_table(scale: Scale, accounts: Accounts, owner_ids: pa.Array) -> pa.Table:
    """The entity `accounts`, as it stands at the end."""
    rng, n = scale.stream("accounts", "table"), len(accounts)
    countries = [row[0] for row in COUNTRIES]
    regions = [row[1] for row in COUNTRIES]
    revenue = accounts.employees * 165_000 * rng.lognormal(0, 0.35, n) / accounts.euro(np.arange(n))
    created = office_time(rng, accounts.created, accounts.hours + 1)
    created[~accounts.early & (rng.random(n) < 0.01)] = np.datetime64("NaT")
    return pa.table(
        {
            "account_id": accounts.ids,
            "name": pa.array(accounts.name),
            "domain": known(np.array(accounts.domain, dtype=object), rng.random(n) > 0.03),
            "parent_account_id": words(accounts.ids, accounts.parent),
            "industry": words(list(INDUSTRIES), accounts.industry),
            "region": words(regions, accounts.country),
            "country": words(countries, accounts.country),
            "segment": words(SEGMENTS, accounts.segment),
            "tier": words(TIERS, accounts.tier),
            "owner_id": owner_ids,
            "employees": pa.array(accounts.employees),
            "annual_revenue": pa.array(np.round(revenue, -3)),
            "fit_score": known(accounts.fit, accounts.fit >= 0),
            "currency": words(CURRENCIES, accounts.currency),
            "created_at": times(created),
        }
    )
