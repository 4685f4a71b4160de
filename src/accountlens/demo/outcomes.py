"""What customers want to reach with us, how far they are, and what they tell others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import office_time, to_workday, workday_in
from accountlens.demo.draw import choose, days, known, labels, ragged, times, words
from accountlens.demo.fates import COOLS_OFF, Lives
from accountlens.demo.scale import Array, Scale

# name, baseline, target
GOALS = (
    ("Hours to plan a week", 48.0, 20.0),
    ("Share of orders planned automatically", 0.25, 0.75),
    ("Sites connected", 1.0, 6.0),
    ("Delivery on time", 0.86, 0.96),
    ("Rush shipments per month", 60.0, 25.0),
    ("Users active every week", 4.0, 12.0),
)
GOALS_PER_LIFE = 2.2
KINDS = ("mention", "review", "referral", "reference", "case_study")
KIND_WEIGHTS = (46, 22, 14, 13, 5)
ADVOCACY_PER_MONTH = 0.085  # of a customer in an average mood
NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Goals:
    """One entry per goal; progress follows a curve that ends at `level` of the way on the due day."""

    account: Array
    kind: Array
    baseline: Array
    target: Array
    set_on: Array
    due: Array
    level: Array  # 1 = reached exactly when due, more = earlier


def make_goals(scale: Scale, accounts: Accounts, lives: Lives, climate: Climate) -> Goals:
    """Happy customers reach more; those who cool off stop on the way."""
    rng = scale.stream("goals")
    life = np.repeat(np.arange(len(lives)), rng.poisson(GOALS_PER_LIFE, len(lives)))
    begins = np.maximum(lives.begins[life], scale.start)
    room = np.where(np.isnat(lives.ends[life]), scale.end, np.minimum(lives.ends[life], scale.end)) - begins
    room = np.maximum(room.astype(np.int64), 1)
    set_on = to_workday(rng, begins + 20 + np.floor(room * rng.random(len(life))).astype(np.int64))
    kept = set_on < np.where(np.isnat(lives.ends[life]), scale.end, np.minimum(lives.ends[life] - 90, scale.end))
    life, set_on = life[kept], set_on[kept]
    kind = rng.integers(0, len(GOALS), len(life))
    baseline = np.array([row[1] for row in GOALS])[kind] * rng.uniform(0.9, 1.1, len(life))
    target = np.array([row[2] for row in GOALS])[kind]
    account, month = lives.account[life], np.clip(scale.month_of(set_on), 0, scale.months - 1)
    level = np.clip(rng.normal(1.2 + 0.18 * climate.mood[account, month], 0.24), 0.05, 1.8)
    level = np.where(lives.departure[life] == COOLS_OFF, np.minimum(level, 0.8), level)
    due = set_on + rng.choice([120, 180, 270, 365], len(life))
    return Goals(account, kind, np.round(baseline, 2), target, set_on, due, level)


def _actual(goals: Goals, rows: Array, elapsed: Array) -> Array:
    """The measured value after a share of the time."""
    way = np.minimum(goals.level[rows] * elapsed**0.9, 1.15)
    return np.asarray(np.round(goals.baseline[rows] + (goals.target[rows] - goals.baseline[rows]) * way, 2))


def goals_table(scale: Scale, accounts: Accounts, goals: Goals) -> pa.Table:
    """The entity `goals`, as it stands at the end; some are reached late."""
    rng, n = scale.stream("goals", "table"), len(goals.account)
    span = (goals.due - goals.set_on).astype(np.int64)
    needed = np.where(goals.level >= 1, (1 / goals.level) ** (1 / 0.9), np.where(rng.random(n) < 0.3, 1.25, np.inf))
    needed = np.where(np.isfinite(needed), needed, 99.0)
    reached_on = goals.set_on + np.ceil(needed * span).astype(np.int64)
    reached = (needed < 99) & (reached_on < scale.end)
    elapsed = np.minimum((np.minimum(goals.due, scale.end) - goals.set_on).astype(np.int64) / span, 1.0)
    return pa.table(
        {
            "goal_id": labels("G", np.arange(1, n + 1)),
            "account_id": words(accounts.ids, goals.account),
            "name": words([row[0] for row in GOALS], goals.kind),
            "baseline": pa.array(goals.baseline),
            "target": pa.array(goals.target),
            "set_on": days(goals.set_on),
            "due_on": days(goals.due),
            "achieved_on": days(np.where(reached, reached_on, NEVER)),
            "actual": pa.array(np.where(reached, goals.target, _actual(goals, np.arange(n), elapsed))),
        }
    )


def progress_table(scale: Scale, goals: Goals) -> pa.Table:
    """The entity `goal_progress`: measured about every six weeks until it is due."""
    span = (np.minimum(goals.due, scale.end) - goals.set_on).astype(np.int64)
    goal, place = ragged(span // 43)
    measured = goals.set_on[goal] + 43 * (place + 1)
    elapsed = (measured - goals.set_on[goal]).astype(np.int64) / (goals.due - goals.set_on)[goal].astype(np.int64)
    kept = measured < scale.end
    return pa.table(
        {
            "goal_id": labels("G", goal[kept] + 1),
            "measured_on": days(measured[kept]),
            "actual": pa.array(_actual(goals, goal[kept], elapsed[kept])),
        }
    )


def advocacy_table(scale: Scale, accounts: Accounts, climate: Climate) -> pa.Table:
    """The entity `advocacy_events`: the happier, the louder."""
    rng = scale.stream("advocacy")
    mood = climate.mood[:, : scale.months]
    rate = ADVOCACY_PER_MONTH * climate.customer[:, : scale.months] * np.clip(1 + 1.1 * mood, 0.1, 4)
    counts = rng.poisson(rate)
    account, month = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    when = office_time(rng, workday_in(rng, scale.first_month + month, 0.2))
    kept = np.argsort(when, kind="stable")
    kept = kept[when[kept].astype("M8[D]") < scale.end]
    account, month, when, n = account[kept], month[kept], when[kept], len(kept)
    kind = choose(rng, KIND_WEIGHTS, n)
    happy = mood[account, month] + rng.normal(0, 0.7, n)
    sentiment = np.select([happy > -0.2, happy > -0.8], [0, 1], 2)
    rating = np.clip(np.round(4.3 + 0.5 * happy), 1, 5)
    until = (when.astype("M8[D]") + 365).astype("M8[D]")
    return pa.table(
        {
            "event_id": labels("V", np.arange(1, n + 1)),
            "occurred_at": times(when),
            "kind": words(KINDS, kind),
            "account_id": words(accounts.ids, account),
            "sentiment": words(("positive", "neutral", "negative"), np.where(kind == 0, sentiment, -1)),
            "rating": known(rating, kind == 1),
            "valid_until": days(np.where(kind == 3, until, NEVER)),
        }
    )
