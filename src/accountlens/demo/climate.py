"""How lively each account is in each month: the factors through which every story reaches the numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import TREATED, Accounts
from accountlens.demo.fates import COOLS_OFF, Lives
from accountlens.demo.scale import AHEAD_MONTHS, Array, Scale
from accountlens.demo.team import Team

# human activity by calendar month, January first
ACTIVITY_SEASON = np.array([0.95, 1.05, 1.1, 1.0, 1.0, 1.05, 0.9, 0.62, 1.12, 1.12, 1.08, 0.6])
COOLED_TO = 0.12  # what is left of touches and usage in the last month
MOOD_LOST_BY_COOLING = 2.4
INCIDENT_MONTHS = 3
MOOD_LOST_BY_INCIDENT = 1.0
HANDOVER_MONTHS, HANDOVER_FACTOR = 2, 0.4


@dataclass(frozen=True)
class Climate:
    """Matrices of accounts by months, the months beyond the end included."""

    known: Array  # the account is in the CRM
    customer: Array
    former: Array
    cooling: Array  # 0 none .. 1 in the last month before it leaves
    program: Array  # treated, and the program runs
    season: Array  # by month
    handover: Array  # factor on touches after the owner changed
    incident: Array  # by month
    mood: Array  # latent satisfaction, 0 on average, deviation 1

    @property
    def warmth(self) -> Array:
        """What is left of activity by cooling off."""
        return 1 - (1 - COOLED_TO) * self.cooling


def make_climate(scale: Scale, accounts: Accounts, lives: Lives, team: Team) -> Climate:
    """Lay the fates of the accounts out over the months."""
    months = np.arange(scale.months + AHEAD_MONTHS)
    shape = (len(accounts), len(months))
    customer, ever = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    begins, ends = scale.month_of(lives.begins), scale.month_of(lives.ends)
    ends = np.where(np.isnat(lives.ends), len(months) + 1, ends)
    for run in (~lives.returned, lives.returned):
        rows = lives.account[run]
        customer[rows] |= (months >= begins[run, None]) & (months < ends[run, None])
        ever[rows] |= months >= begins[run, None]
    after = months - scale.reorganisation_month
    handed = team.moved[:, None] & ((after >= 0) & (after < HANDOVER_MONTHS))[None, :]
    incident = ((months >= scale.incident_month) & (months < scale.incident_month + INCIDENT_MONTHS)).astype(np.float32)
    cooling = _cooling(scale, lives, shape)
    base = scale.stream("mood").normal(0, 0.75, len(accounts))
    drift = scale.stream("mood", "drift").normal(0, 0.35, shape)
    return Climate(
        known=months[None, :] >= scale.month_of(accounts.created)[:, None],
        customer=customer,
        former=ever & ~customer,
        cooling=cooling,
        program=(accounts.group == TREATED)[:, None] & (months >= scale.program_month)[None, :],
        season=ACTIVITY_SEASON[(scale.first_month.astype(np.int64) + months) % 12],
        handover=np.where(handed, HANDOVER_FACTOR, 1.0).astype(np.float32),
        incident=incident,
        mood=(
            base[:, None] + drift - MOOD_LOST_BY_COOLING * cooling - MOOD_LOST_BY_INCIDENT * incident[None, :]
        ).astype(np.float32),
    )


def _cooling(scale: Scale, lives: Lives, shape: tuple[int, int]) -> Array:
    """A straight decline over the three to five months before the end of the life."""
    cooling = np.zeros(shape, dtype=np.float32)
    rows = np.flatnonzero(lives.departure == COOLS_OFF)
    ends, spans = scale.month_of(lives.ends[rows]), lives.cooling_months[rows]
    for back in range(1, 6):
        at = ends - back
        here = (back <= spans) & (at >= 0) & (at < shape[1])
        level = 1 - (back - 1) / np.maximum(spans, 1)
        cooling[lives.account[rows[here]], at[here]] = level[here]
    return cooling
