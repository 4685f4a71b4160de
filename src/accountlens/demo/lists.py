"""Lists of accounts, and the stages sales and marketing set by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import CONTROL, UNLISTED, Accounts
from accountlens.demo.clock import office_time, to_workday
from accountlens.demo.draw import days, times, words
from accountlens.demo.interactions import Heat
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import TARGET_LIST

MQA_POINTS, MQA_FIT, WINDOW_WEEKS = 100, 50, 13
ACCEPTED_SHARE, REJECTED_SHARE = 0.55, 0.2
LATER_SHARE, LEFT_SHARE = 0.15, 0.04
NEVER = np.datetime64("NaT", "D")


def members_table(scale: Scale, accounts: Accounts) -> pa.Table:
    """The entity `account_list_members`: the target list in two groups, the key accounts in none."""
    rng = scale.stream("lists")
    rows = np.flatnonzero(accounts.group != UNLISTED)
    first = scale.start - rng.integers(20, 40, len(rows))
    later = scale.start + rng.integers(60, max(61, 29 * scale.program_month), len(rows))
    joined = to_workday(rng, np.where(rng.random(len(rows)) < LATER_SHARE, later, first))
    joined = np.maximum(joined, accounts.created[rows] + 5)
    left = np.maximum(joined + 200, scale.end - rng.integers(10, 150, len(rows)))
    left = np.where((rng.random(len(rows)) < LEFT_SHARE) & (left < scale.end), left, NEVER)
    key = np.flatnonzero((accounts.tier == 0) & accounts.early)
    since = np.full(len(key), scale.day(scale.months // 6))
    return pa.table(
        {
            "account_id": words(accounts.ids, np.concatenate([rows, key])),
            "list": words((TARGET_LIST, "key_accounts"), np.repeat([0, 1], [len(rows), len(key)])),
            "group": words(
                ("control", "target"),
                np.concatenate([np.where(accounts.group[rows] == CONTROL, 0, 1), np.full(len(key), -1)]),
            ),
            "joined_at": times(office_time(rng, np.concatenate([joined, since]))),
            "left_at": days(np.concatenate([left, np.full(len(key), NEVER)])),
        }
    )


def stage_events_table(scale: Scale, accounts: Accounts, heat: Heat) -> pa.Table:
    """The entity `account_stage_events`: marketing hands hot accounts over, sales accepts about half."""
    rng = scale.stream("stages")
    account, day = _hot(scale, accounts, heat)
    n = len(account)
    fate = rng.random(n)
    answer = day + 1 + np.floor(rng.gamma(2.0, 4.0, n)).astype(np.int64)
    answered = fate < ACCEPTED_SHARE + REJECTED_SHARE
    stage = np.concatenate([np.zeros(n, dtype=np.int64), np.where(fate < ACCEPTED_SHARE, 1, 2)[answered]])
    every = np.concatenate([account, account[answered]])
    when = to_workday(rng, np.concatenate([day, answer[answered]]))
    at = office_time(rng, when)
    kept = np.flatnonzero(at < scale.end.astype("M8[s]"))
    kept = kept[np.argsort(at[kept], kind="stable")]
    return pa.table(
        {
            "account_id": words(accounts.ids, every[kept]),
            "stage": words(("mqa", "sqa", "rejected"), stage[kept]),
            "occurred_at": times(at[kept]),
            "source": words(("scoring", "business_development", "business_development"), stage[kept]),
        }
    )


def _hot(scale: Scale, accounts: Accounts, heat: Heat) -> tuple[Array, Array]:
    """Accounts and days at which they rise above the threshold after a quarter below it."""
    run = np.cumsum(heat.weeks, axis=1)
    window = run.copy()
    window[:, WINDOW_WEEKS:] -= run[:, :-WINDOW_WEEKS]
    above = (window >= MQA_POINTS) & (accounts.fit >= MQA_FIT)[:, None]
    recent = np.zeros_like(above)
    for back in range(1, WINDOW_WEEKS + 1):
        recent[:, back:] |= above[:, :-back]
    account, week = (above & ~recent).nonzero()
    return account, scale.start + 7 * (week + 1) + 1
