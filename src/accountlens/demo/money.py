"""Campaigns, costs, quotas, products, and the rates of exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.clock import weekday
from accountlens.demo.deals import WON, Deals
from accountlens.demo.draw import Generator, days, labels, money, words
from accountlens.demo.scale import Array, Scale
from accountlens.demo.team import Team
from accountlens.demo.vocabulary import EURO_PER_UNIT, PRODUCTS, PROGRAM, SEGMENTS, TIERS

# name, channel, program, euro a quarter per 400 accounts
REGULAR = (
    ("Newsletter", "email", "Nurture", 4_000),
    ("Webinar", "webinar", "Webinars", 9_000),
    ("Trade fair", "event", "Field events", 62_000),
    ("Paid social", "paid_social", "Paid media", 54_000),
    ("Paid search", "paid_search", "Paid media", 48_000),
    ("Guides and studies", "content", "Content", 21_000),
)
NEWSLETTER, WEBINAR, FAIR, SOCIAL, SEARCH, CONTENT = range(6)
FOCUSED = (
    (f"{PROGRAM} letters", "email", PROGRAM, 7_000),
    (f"{PROGRAM} dinners", "event", PROGRAM, 33_000),
    (f"{PROGRAM} ads", "paid_social", PROGRAM, 38_000),
)
LETTERS, DINNERS, ADS = range(3)

# category, function, euro a month per 400 accounts at the start and at the end, currency
RUNNING_COSTS = (
    ("salaries", "sales", 210_000, 345_000, "EUR"),
    ("salaries", "marketing", 78_000, 112_000, "EUR"),
    ("salaries", "success", 88_000, 150_000, "EUR"),
    ("tools", "sales", 14_000, 21_000, "USD"),
    ("tools", "marketing", 17_000, 24_000, "USD"),
    ("agencies", "marketing", 14_000, 20_000, "EUR"),
    ("overheads", "sales", 30_000, 42_000, "EUR"),
    ("overheads", "marketing", 11_000, 15_000, "EUR"),
    ("travel", "sales", 12_000, 18_000, "EUR"),
)
COMMISSION_SHARE = 0.08
RATES_BEFORE_DAYS = 1300  # the first contracts are older than the data


@dataclass(frozen=True)
class Campaigns:
    """Regular campaigns, six a quarter, then the three of the program, a quarter each."""

    ids: pa.Array
    quarters: int
    first_focused_quarter: int

    def regular(self, kind: Array | int, month: Array | int) -> Array:
        """The campaign of a kind that runs in a month of the data."""
        return np.asarray(month) // 3 * len(REGULAR) + kind

    def focused(self, kind: Array | int, month: Array | int) -> Array:
        """The campaign of the program that runs in a month of the program."""
        quarter = np.asarray(month) // 3 - self.first_focused_quarter
        return self.quarters * len(REGULAR) + quarter * len(FOCUSED) + kind

    def pick_running(self, rng: Generator, month: Array) -> Array:
        """Any regular campaign that runs in the month; none before the data begins."""
        kind = rng.integers(0, len(REGULAR), len(month))
        return np.where(month < 0, -1, self.regular(kind, month))


def make_campaigns(scale: Scale) -> Campaigns:
    quarters = -(-scale.months // 3)
    focused = quarters - scale.program_month // 3
    count = quarters * len(REGULAR) + focused * len(FOCUSED)
    return Campaigns(labels("M", np.arange(1, count + 1), 4), quarters, scale.program_month // 3)


def _campaign_rows(scale: Scale, campaigns: Campaigns) -> list[tuple[str, str, str, int, int]]:
    """Name, channel, program, cost and first month of every campaign, by index."""
    plan = [(row, quarter) for quarter in range(campaigns.quarters) for row in REGULAR]
    plan += [(row, q) for q in range(campaigns.first_focused_quarter, campaigns.quarters) for row in FOCUSED]
    rows = []
    for (name, channel, program, cost), quarter in plan:
        month = (scale.first_month + 3 * quarter).item()
        rows.append((f"{name} {month:%Y-%m}", channel, program, cost, 3 * quarter))
    return rows


def campaigns_table(scale: Scale, campaigns: Campaigns) -> pa.Table:
    rows = _campaign_rows(scale, campaigns)
    first = np.array([row[4] for row in rows])
    return pa.table(
        {
            "campaign_id": campaigns.ids,
            "name": pa.array([row[0] for row in rows]),
            "channel": pa.array([row[1] for row in rows]),
            "program": pa.array([row[2] for row in rows]),
            "started_on": days(scale.first_month + first),
            "ended_on": days((scale.first_month + first + 3).astype("M8[D]") - 1),
        }
    )


@dataclass(frozen=True)
class _Spending:
    """A series of costs of one kind."""

    on: Array
    amount: Array  # in its currency
    category: str
    function: str
    currency: str = "EUR"
    campaign: int = -1
    program: str | None = None


def _spendings(scale: Scale, accounts: Accounts, deals: Deals) -> Iterator[_Spending]:
    """Running costs a month, campaign costs by thirds, commissions on what was won."""
    rng, size = scale.stream("costs"), scale.accounts / 400
    months = np.arange(scale.months)
    for category, function, start, stop, currency in RUNNING_COSTS:
        usual = start + (stop - start) * months / max(1, scale.months - 1)
        amount = usual * rng.uniform(0.96, 1.04, len(months)) * size / EURO_PER_UNIT[currency]
        yield _Spending(_month_day(scale, months, 24), amount, category, function, currency)
    for index, (_, _, program, cost, first) in enumerate(_campaign_rows(scale, make_campaigns(scale))):
        thirds = np.arange(first, min(first + 3, scale.months))
        amount = cost / 3 * rng.uniform(0.8, 1.2, len(thirds)) * size
        on = _month_day(scale, thirds, 12)
        yield _Spending(on, amount, "media and events", "marketing", campaign=index, program=program)
    commissions = COMMISSION_SHARE * won_by_month(scale, accounts, deals)
    yield _Spending(_month_day(scale, months, 27), commissions, "commissions", "sales")


def costs_table(scale: Scale, campaigns: Campaigns, accounts: Accounts, deals: Deals) -> pa.Table:
    """The entity `costs`."""
    spendings = list(_spendings(scale, accounts, deals))
    series = np.repeat(np.arange(len(spendings)), [len(spending.on) for spending in spendings])
    return pa.table(
        {
            "cost_id": labels("X", np.arange(1, len(series) + 1)),
            "spent_on": days(np.concatenate([spending.on for spending in spendings])),
            "amount": money(np.concatenate([spending.amount for spending in spendings])),
            "currency": words([spending.currency for spending in spendings], series),
            "category": words([spending.category for spending in spendings], series),
            "function": words([spending.function for spending in spendings], series),
            "campaign_id": words(campaigns.ids, np.array([spending.campaign for spending in spendings])[series]),
            "program": words([spending.program for spending in spendings], series),
        }
    )


def _month_day(scale: Scale, months: Array, day: int) -> Array:
    return np.asarray(np.minimum((scale.first_month + months).astype("M8[D]") + day, scale.end - 1))


def won_by_month(scale: Scale, accounts: Accounts, deals: Deals) -> Array:
    """Euro won in each month of the data."""
    month = scale.month_of(deals.closed)
    inside = (deals.fate == WON) & (month >= 0) & (month < scale.months)
    euro = deals.amount * accounts.euro(deals.account)
    return np.bincount(month[inside], weights=euro[inside], minlength=scale.months)


def quotas_table(scale: Scale, team: Team, accounts: Accounts, deals: Deals) -> pa.Table:
    """The entity `quotas`: a quarter's target of each owner, near what the accounts usually bring."""
    rng = scale.stream("quotas")
    owners = np.unique(np.concatenate([team.owner_before, team.owner_after]))
    quarters = np.arange(-(-scale.months // 3))
    month = scale.month_of(deals.closed)
    inside = (deals.fate == WON) & (month >= 0) & (month < scale.months)
    owner = np.searchsorted(owners, team.owner(deals.account, deals.closed))
    after = month >= scale.reorganisation_month
    euro = deals.amount * accounts.euro(deals.account)
    usual = np.zeros((len(owners), len(quarters)))
    for phase in (False, True):
        rows = inside & (after == phase)
        here = (quarters * 3 >= scale.reorganisation_month) == phase
        won = np.bincount(owner[rows], weights=euro[rows], minlength=len(owners))
        usual[:, here] = (0.5 * won + 0.5 * won.mean())[:, None] / max(1, here.sum())
    trend = 0.85 + 0.3 * quarters / max(1, len(quarters) - 1)
    amount = np.maximum(5_000, np.round(1.06 * usual * trend * rng.uniform(0.93, 1.07, usual.shape), -3))
    first = (scale.first_month + 3 * np.tile(quarters, len(owners))).astype("M8[M]")
    return pa.table(
        {
            "employee_id": words(team.ids, np.repeat(owners, len(quarters))),
            "period_start": days(first),
            "period_end": days((first + 3).astype("M8[D]")),
            "amount": money(amount.ravel()),
            "currency": pa.array(["EUR"] * len(first)),
        }
    )


def products_table() -> pa.Table:
    return pa.table(
        {
            "product_id": labels("P", np.arange(1, len(PRODUCTS) + 1), 2),
            "name": pa.array([row[0] for row in PRODUCTS]),
            "category": pa.array([row[1] for row in PRODUCTS]),
            "list_price": pa.array([row[2] for row in PRODUCTS]),
        }
    )


def eligibility_table(accounts: Accounts) -> pa.Table:
    """The entity `product_eligibility`: by segment, and by account for tier A."""
    potential = np.array([48_000.0, 15_000.0, 4_800.0])
    factor = np.array([4.5, 0.8, 1.0, 0.7, 1.2])
    products = np.arange(5)
    key = np.flatnonzero(accounts.tier == TIERS.index("A"))
    segment = np.concatenate([np.repeat(np.arange(3), 5), np.full(5 * len(key), -1)])
    account = np.concatenate([np.full(15, -1), np.repeat(key, 5)])
    product = np.tile(products, 3 + len(key))
    level = np.where(account < 0, potential[segment], 1.4 * potential[0])
    offered = (segment != 2) | (product != 4)  # the assistant is not sold to small businesses
    table = pa.table(
        {
            "product_id": labels("P", product + 1, 2),
            "account_id": words(accounts.ids, account),
            "segment": words(SEGMENTS, segment),
            "potential": money(np.round(level * factor[product], -2)),
        }
    )
    return table.filter(pa.array(offered))


def rates_table(scale: Scale) -> pa.Table:
    """The entity `fx_rates`: each working day, a slow wave and a walk that is pulled back."""
    first = scale.start - RATES_BEFORE_DAYS
    dates = first + np.arange(int((scale.end - first).astype(int)))
    dates = dates[weekday(dates) < 5]
    rates, names = [], []
    for name in ("USD", "GBP"):
        rng = scale.stream("rates", name)
        noise = rng.normal(0, 0.0022, len(dates))
        decay = 0.995 ** np.arange(400)
        walk = np.convolve(noise, decay)[: len(dates)]
        wave = 0.012 * np.sin(np.arange(len(dates)) / 170 + rng.uniform(0, 6))
        rates.append(np.round(EURO_PER_UNIT[name] * (1 + wave + walk), 4))
        names += [name] * len(dates)
    return pa.table(
        {
            "rate_date": days(np.tile(dates, 2)),
            "from_currency": pa.array(names),
            "to_currency": pa.array(["EUR"] * len(names)),
            "rate": pa.array(np.concatenate(rates)),
        }
    )
