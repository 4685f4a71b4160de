"""What customers and colleagues say when they are asked: surveys, and the invitations to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import office_time, workday_in
from accountlens.demo.draw import Generator, known, labels, times, words
from accountlens.demo.people import People
from accountlens.demo.scale import Array, Scale
from accountlens.demo.support import Tickets
from accountlens.demo.team import Team

SURVEYS = ("nps", "csat", "ces", "enps", "esat")
NPS, CSAT, CES, ENPS, ESAT = range(5)
SCALES = np.array([[0, 10], [1, 5], [1, 7], [0, 10], [1, 5]])
# score at mood 0, points per mood, spread of single answers
ANSWERS = ((8.28, 1.15, 1.45), (4.5, 0.52, 0.76), (5.55, 0.55, 1.05), (7.9, 1.0, 1.7), (4.0, 0.5, 0.8))
ANSWERED = (0.31, 0.36, 0.24, 0.78, 0.74)
INVITED_PER_ACCOUNT = np.array([6.0, 3.4, 1.9])  # to each NPS round
UNDELIVERED, SKIPPED, COMMENTED = 0.03, 0.006, 0.12
PRAISE = (
    "Great partner, quick help.",
    "Planning finally works across our sites.",
    "Our team likes it a lot.",
)
NEUTRAL = ("Does what it should.", "Good product, reports could be faster.", "Fine so far.")
BLAME = (
    "Support takes too long.",
    "Too many bugs after the last release.",
    "We miss a contact who knows us.",
)


@dataclass(frozen=True)
class _Asked:
    survey: Array
    sent: Array
    account: Array
    contact: Array
    employee: Array
    mood: Array


def make_surveys(
    scale: Scale, accounts: Accounts, people: People, climate: Climate, tickets: Tickets, team: Team
) -> tuple[pa.Table, pa.Table]:
    """The entities `survey_responses` and `survey_invitations`."""
    rng = scale.stream("voice")
    parts = [
        _relationship(rng, scale, accounts, people, climate),
        *_after_tickets(rng, scale, climate, tickets),
    ]
    parts += _colleagues(rng, scale, team)
    joined = _Asked(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in _Asked.__dataclass_fields__})
    rows = np.argsort(joined.sent, kind="stable")
    rows = rows[joined.sent[rows].astype("M8[D]") < scale.end]
    asked = _Asked(**{name: getattr(joined, name)[rows] for name in _Asked.__dataclass_fields__})
    delivered = rng.random(len(rows)) >= UNDELIVERED
    invitations = pa.table(
        {
            "invitation_id": labels("I", np.arange(1, len(rows) + 1)),
            "survey": words(SURVEYS, asked.survey),
            "sent_at": times(asked.sent),
            "account_id": words(accounts.ids, asked.account),
            "contact_id": words(people.ids, asked.contact),
            "delivered": pa.array(delivered),
        }
    )
    responses = _responses_table(rng, scale, accounts, people, team, asked, delivered)
    return responses, invitations


def _responses_table(
    rng: Generator, scale: Scale, accounts: Accounts, people: People, team: Team, asked: _Asked, sent: Array
) -> pa.Table:
    answering, answered = _answering(rng, scale, asked, sent)
    survey = asked.survey[answering]
    score = _scores(rng, survey, asked.mood[answering])
    return pa.table(
        {
            "response_id": labels("R", np.arange(1, len(answering) + 1)),
            "survey": words(SURVEYS, survey),
            "answered_at": times(answered),
            "score": known(score, rng.random(len(answering)) >= SKIPPED),
            "scale_min": pa.array(SCALES[survey, 0]),
            "scale_max": pa.array(SCALES[survey, 1]),
            "account_id": words(accounts.ids, asked.account[answering]),
            "contact_id": words(people.ids, asked.contact[answering]),
            "employee_id": words(team.ids, asked.employee[answering]),
            "comment": _comments(rng, survey, score),
        }
    )


def _relationship(rng: Generator, scale: Scale, accounts: Accounts, people: People, climate: Climate) -> _Asked:
    """NPS each quarter, asked of some people of every customer."""
    months = np.arange(1, scale.months, 3)
    mean = INVITED_PER_ACCOUNT[accounts.tier][:, None] * climate.customer[:, months]
    counts = np.minimum(rng.poisson(mean), people.count[:, None])
    account, quarter = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    month = months[quarter]
    sent = office_time(rng, workday_in(rng, scale.first_month + month))
    mood = climate.mood[account, month]
    contact = people.pick(rng, account, people.count[account], 1.0)
    early = sent.astype("M8[D]") <= people.created[np.maximum(contact, 0)]
    contact = np.where(early, people.first[account], contact)
    return _Asked(np.full(len(account), NPS), sent, account, contact, np.full(len(account), -1), mood)


def _after_tickets(rng: Generator, scale: Scale, climate: Climate, tickets: Tickets) -> list[_Asked]:
    """CSAT and CES some hours after a ticket was solved."""
    parts = []
    for survey, share in ((CSAT, 0.72), (CES, 0.38)):
        past = tickets.solved.astype("M8[D]") < scale.end
        rows = np.flatnonzero(past & (rng.random(len(tickets)) < share))
        sent = tickets.solved[rows] + rng.integers(1800, 20_000, len(rows))
        month = np.clip(scale.month_of(tickets.created[rows]), 0, None)
        mood = climate.mood[tickets.account[rows], month] - 0.25 * (tickets.priority[rows] == 3)
        mood = mood - 0.7 * (~np.isnat(tickets.reopened[rows]))
        none = np.full(len(rows), -1)
        parts.append(_Asked(none + 1 + survey, sent, tickets.account[rows], tickets.contact[rows], none, mood))
    return parts


def _colleagues(rng: Generator, scale: Scale, team: Team) -> list[_Asked]:
    """eNPS each quarter, ESAT twice a year; the reorganisation hurts in sales for half a year."""
    parts = []
    for survey, first, step in ((ENPS, 2, 3), (ESAT, 4, 6)):
        months = np.arange(first, scale.months, step)
        employee = np.tile(np.arange(len(team.team)), len(months))
        month = np.repeat(months, len(team.team))
        base = scale.stream("colleagues").normal(0, 0.7, len(team.team))[employee]
        since = month - scale.reorganisation_month
        hurt = np.where((since >= 0) & (since < 6) & (team.team[employee] == 1), 2.0, 0.0)
        sent = office_time(rng, workday_in(rng, scale.first_month + month))
        none = np.full(len(employee), -1)
        parts.append(_Asked(none + 1 + survey, sent, none, none, employee, base - hurt))
    return parts


def _answering(rng: Generator, scale: Scale, asked: _Asked, delivered: Array) -> tuple[Array, Array]:
    """Who answers, and when."""
    wait = np.floor(86_400 * rng.gamma(1.0, 1.8, len(delivered))).astype(np.int64)
    answered = asked.sent + wait
    willing = rng.random(len(wait)) < np.array(ANSWERED)[asked.survey]
    rows = np.flatnonzero(delivered & willing & (answered.astype("M8[D]") < scale.end))
    return rows, answered[rows]


def _scores(rng: Generator, survey: Array, mood: Array) -> Array:
    """Scores on the scale of each survey, higher in a better mood."""
    level, slope, spread = np.array(ANSWERS)[survey].T
    draw = level + slope * mood + spread * rng.normal(0, 1, len(mood))
    low, high = SCALES[survey].T
    return np.asarray(np.clip(np.round(draw), low, high)).astype(int)


def _comments(rng: Generator, survey: Array, score: Array) -> pa.Array:
    """Some people say why."""
    low, high = SCALES[survey].T
    share = (score - low) / (high - low)
    pick = rng.integers(0, 3, len(score)) + np.select([share >= 0.85, share >= 0.6], [0, 3], 6)
    return words(PRAISE + NEUTRAL + BLAME, np.where(rng.random(len(score)) < COMMENTED, pick, -1))
