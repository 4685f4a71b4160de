"""What becomes of each account: when it becomes a customer, when it cools off, leaves and returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import TREATED, Accounts
from accountlens.demo.clock import add_months, to_workday
from accountlens.demo.draw import Generator, choose, even_exponentials
from accountlens.demo.scale import AHEAD_MONTHS, Array, Scale

STAYS, COOLS_OFF, LEAVES_SUDDENLY = 0, 1, 2
COOLING_PER_400, COOLING_NOW_PER_400, SUDDEN_PER_400 = 25, 6, 24
FIRST_MONTH_OF_CHURN = 8  # a cooling needs room before it
WIN_CHANCE_PER_MONTH = np.array([0.0105, 0.0130, 0.0138])  # of a prospect, by tier
PROGRAM_LIFT = 3.0  # of that chance, for treated accounts once the program runs
CLOSING_SEASON = np.array([0.85, 0.95, 1.25, 0.95, 1.0, 1.3, 0.9, 0.55, 1.2, 1.0, 1.1, 1.1])  # January first
TERM_MONTHS = np.array([1, 12, 24, 36])  # 1 = month to month, without a contract
TERM_WEIGHTS = np.array([[0, 55, 25, 20], [10, 70, 17, 3], [24, 70, 6, 0]])
LEAVING_WEIGHTS = np.array([0.3, 0.8, 1.4])
NEVER = np.datetime64("NaT", "D")
MOST_TERMS = 7


@dataclass(frozen=True)
class Lives:
    """One entry per stretch of being a customer; an account that returns has two."""

    account: Array
    signed: Array  # day the deal was won
    begins: Array
    ends: Array  # first day no longer a customer, NaT if it stays
    term: Array
    departure: Array
    cooling_months: Array
    returned: Array

    def __len__(self) -> int:
        return len(self.account)

    def live(self, rows: Array, when: Array) -> Array:
        """Whether each life runs on the day."""
        return (self.begins[rows] <= when) & ~(self.ends[rows] <= when)


def make_lives(scale: Scale, accounts: Accounts) -> Lives:
    """All stretches of being a customer, up to the horizon beyond the end."""
    rng = scale.stream("lives")
    account, signed = _signings(rng, scale, accounts)
    begins = signed + rng.integers(3, 13, len(signed))
    begins -= np.maximum(0, (begins - begins.astype("M8[M]").astype("M8[D]")).astype(int) - 27)
    term = TERM_MONTHS[_terms(rng, accounts.tier[account])]
    departure, ends = _departures(rng, scale, accounts.tier[account], begins, term)
    lives = Lives(
        account=account,
        signed=np.minimum(signed, begins - 1),
        begins=begins,
        ends=ends,
        term=term,
        departure=departure,
        cooling_months=rng.integers(3, 6, len(account)),
        returned=np.zeros(len(account), dtype=bool),
    )
    return _with_returns(rng, scale, lives)


def _signings(rng: Generator, scale: Scale, accounts: Accounts) -> tuple[Array, Array]:
    """Early customers signed long ago; prospects sign at the chance of their tier, group and season."""
    early = np.flatnonzero(accounts.early)
    long_ago = to_workday(rng, scale.start - rng.integers(30, 900, len(early)))
    prospects = np.flatnonzero(~accounts.early)
    months = np.arange(scale.months + AHEAD_MONTHS)
    chance = np.outer(WIN_CHANCE_PER_MONTH[accounts.tier[prospects]], _season(scale, months) * _growth(scale, months))
    known_for = months[None, :] - scale.month_of(accounts.created[prospects])[:, None]
    chance *= known_for >= 3
    treated = accounts.group[prospects] == TREATED
    chance[np.ix_(treated, months >= scale.program_month + 1)] *= PROGRAM_LIFT
    reached = (
        np.cumsum(chance, axis=1)
        >= even_exponentials(rng, accounts.tier[prospects] * 3 + accounts.group[prospects])[:, None]
    )
    won = reached.any(axis=1)
    month = scale.first_month + reached.argmax(axis=1)[won]
    days = month.astype("M8[D]") + np.floor(29 * rng.random(won.sum()) ** 0.6).astype(int)
    return np.concatenate([early, prospects[won]]), np.concatenate([long_ago, to_workday(rng, days)])


def _season(scale: Scale, months: Array) -> Array:
    return CLOSING_SEASON[(scale.first_month.astype(np.int64) + months) % 12]


def _growth(scale: Scale, months: Array) -> Array:
    """The market grows, and prospects left over do not become fewer as fast as they are won."""
    return 1.15 + 0.7 * months / scale.months


def _terms(rng: Generator, tier: Array) -> Array:
    return np.where(
        tier == 0,
        choose(rng, TERM_WEIGHTS[0], len(tier)),
        np.where(tier == 1, choose(rng, TERM_WEIGHTS[1], len(tier)), choose(rng, TERM_WEIGHTS[2], len(tier))),
    )


def _departures(rng: Generator, scale: Scale, tier: Array, begins: Array, term: Array) -> tuple[Array, Array]:
    """Choose who leaves in which month: always at the end of a term, evenly over the months."""
    life, last = _term_ends(scale, begins, term)
    order = np.argsort(rng.exponential(1.0, len(life)) / LEAVING_WEIGHTS[tier[life]])
    life, last = life[order], last[order]
    month = scale.month_of(last)
    departure, ends = np.zeros(len(begins), dtype=np.int64), np.full(len(begins), NEVER)
    first = min(FIRST_MONTH_OF_CHURN, scale.months // 3)
    plans = (
        (COOLS_OFF, COOLING_NOW_PER_400, scale.months, scale.months + 1),
        (COOLS_OFF, COOLING_PER_400, first, scale.months - 1),
        (LEAVES_SUDDENLY, SUDDEN_PER_400, min(2, first), scale.months - 1),
    )
    for kind, per_400, start, stop in plans:
        planned = np.linspace(start, stop + 0.999, scale.share(per_400, 2)).astype(int)
        owed = 0
        for at in range(start, stop + 1):
            owed += int((planned == at).sum())
            here = np.flatnonzero((month == at) & (departure[life] == STAYS))
            _, firsts = np.unique(life[here], return_index=True)
            chosen = here[np.sort(firsts)][:owed]
            departure[life[chosen]], ends[life[chosen]] = kind, last[chosen]
            owed -= len(chosen)
    midterm = (departure == LEAVES_SUDDENLY) & (term >= 12) & (rng.random(len(term)) < 0.2)
    return departure, np.where(midterm, add_months(ends, -3), ends)


def _term_ends(scale: Scale, begins: Array, term: Array) -> tuple[Array, Array]:
    """Every pair of a life and a day on which one of its terms ends, ten months after its begin or later."""
    turns = np.arange(1, MOST_TERMS + 1)
    life = np.repeat(np.arange(len(begins)), MOST_TERMS)
    ends = add_months(begins[life], np.where(term[life] == 1, 12, term[life]) * np.tile(turns, len(begins)))
    monthly = np.flatnonzero(term == 1)
    span = np.arange(scale.months + AHEAD_MONTHS)
    starts = np.maximum(scale.month_of(begins[monthly]) + 10, 0)
    late = (span[None, :] >= starts[:, None]).nonzero()
    elapsed = span[late[1]] - scale.month_of(begins[monthly])[late[0]]
    life = np.concatenate([life[term[life] != 1], monthly[late[0]]])
    ends = np.concatenate([ends[np.repeat(term, MOST_TERMS) != 1], add_months(begins[monthly[late[0]]], elapsed)])
    inside = (ends >= scale.start) & (ends < scale.horizon)
    return life[inside], ends[inside]


def _with_returns(rng: Generator, scale: Scale, lives: Lives) -> Lives:
    """Every third of those who left suddenly comes back after some months."""
    gone = np.flatnonzero((lives.departure == LEAVES_SUDDENLY) & (lives.ends < scale.end - 200))
    back = np.sort(rng.permutation(gone)[: max(1, len(gone) // 3)])
    begins = add_months(lives.ends[back], rng.integers(4, 8, len(back)))
    more = len(back)
    return Lives(
        account=np.concatenate([lives.account, lives.account[back]]),
        signed=np.concatenate([lives.signed, begins - 6]),
        begins=np.concatenate([lives.begins, begins]),
        ends=np.concatenate([lives.ends, np.full(more, NEVER)]),
        term=np.concatenate([lives.term, np.full(more, 12)]),
        departure=np.concatenate([lives.departure, np.zeros(more, dtype=np.int64)]),
        cooling_months=np.concatenate([lives.cooling_months, np.zeros(more, dtype=np.int64)]),
        returned=np.concatenate([lives.returned, np.ones(more, dtype=bool)]),
    )
