"""How often a rule would have fired within the last year, and how often it was right."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from accountlens.alerts.looking import look_back
from accountlens.alerts.outcomes import WORDS, outcomes
from accountlens.alerts.rules import ACCOUNT, Rule
from accountlens.alerts.signs import Seen
from accountlens.pages.stand import Stand, stand
from accountlens.workspace.asking import Asking

Z = 1.959963984540054  # of 95 %


@dataclass(frozen=True)
class Share:
    """So many of so many, with the Wilson score interval of 95 % (Wilson 1927; Newcombe 1998). None: of none."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.of:
            return None
        n, p = self.of, self.hits / self.of
        middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@dataclass(frozen=True)
class Fired:
    """Once raised. `right`: what it warned of followed in time; None: not known yet, or nothing was to follow."""

    subject: str
    at: datetime
    why: str
    right: bool | None = None
    lead_days: int | None = None


@dataclass(frozen=True)
class Missed:
    """What happened without a warning within the days before."""

    subject: str
    at: datetime


@dataclass(frozen=True)
class Proof:
    """`precision`: of what fired, how much was right; `caught`: of what happened, how much was warned of in time.

    `usual`: of all accounts at all moments, in how many it followed anyway: what a rule must beat. `lead_days` is the
    median of those that were right. `undecided` fired too lately to be judged.
    """

    what: str
    within_days: int
    precision: Share
    usual: Share
    caught: Share
    undecided: int
    lead_days: float | None
    missed: Sequence[Missed]


@dataclass(frozen=True)
class Backtest:
    """Whom it looked at (`each`), `moments` times from `start` to `end` (UTC without zone).

    `held`: how often it was held back, by why.
    """

    each: str
    start: datetime
    end: datetime
    moments: int
    subjects: int
    fired: Sequence[Fired]
    held: Mapping[str, int]
    proof: Proof | None
    notes: Sequence[str]

    @property
    def per_month(self) -> float:
        """How often it would have been raised in a month."""
        return len(self.fired) / max((self.end - self.start).days / 30.4375, 1)


def backtest(workspace: Asking, rule: Rule, snapshot: str | None = None) -> Backtest:
    """The rule over the last year, at each of its periods' ends with what was known then, of the accounts one sees.

    Rows that came late are seen as if they had come in time, and account filters of events stand as of today: what a
    snapshot keeps says no more. `AccountlensError` says why a rule cannot be computed.
    """
    here = stand(workspace, snapshot)
    seen = look_back(here, rule)
    raised = list(_raised(seen, rule.cooldown_days))
    held: dict[str, int] = {}
    for sign in seen.signs.values():
        if sign.held:
            held[sign.held.value] = held.get(sign.held.value, 0) + 1
    proof = None
    fired = [_fired(seen, *place) for place in raised]
    if rule.outcome and rule.each == ACCOUNT:
        happened = outcomes(here, rule.outcome.what)
        fired = [_judged(one, happened, rule.outcome.within_days, here.now) for one in fired]
        proof = _proof(here, rule, seen, fired, happened)
    watched = int(seen.watched.any(axis=1).sum())
    span = seen.moments[0], seen.moments[-1]
    return Backtest(rule.each, *span, len(seen.moments), watched, fired, held, proof, seen.notes)


def _raised(seen: Seen, cooldown_days: int) -> Iterator[tuple[int, int]]:
    """The places at which an alert begins: told, with none of before that goes on, and cooled down (as `ledger`)."""
    live, last = set[int](), dict[int, datetime]()
    for moment, at in enumerate(seen.moments):
        live &= {subject for subject, when in seen.signs if when == moment}
        for subject in sorted(one for one, when in seen.signs if when == moment and one not in live):
            cool = subject in last and at - last[subject] < timedelta(days=cooldown_days)
            if not seen.signs[subject, moment].held and not cool:
                live.add(subject)
                last[subject] = at
                yield subject, moment


def _fired(seen: Seen, subject: int, moment: int) -> Fired:
    return Fired(seen.subjects[subject], seen.moments[moment], seen.signs[subject, moment].why)


def _judged(one: Fired, happened: Mapping[str, Sequence[datetime]], days: int, now: datetime) -> Fired:
    followed = _next(happened.get(one.subject, ()), one.at, days)
    if followed is not None:
        return Fired(one.subject, one.at, one.why, True, (followed - one.at).days)
    over = one.at + timedelta(days=days) <= now
    return Fired(one.subject, one.at, one.why, False if over else None)


def _next(times: Sequence[datetime], after: datetime, days: int) -> datetime | None:
    """The first of sorted instants after one, within so many days."""
    place = bisect_right(times, after)
    return times[place] if place < len(times) and times[place] <= after + timedelta(days=days) else None


def _proof(
    here: Stand, rule: Rule, seen: Seen, fired: Sequence[Fired], happened: Mapping[str, Sequence[datetime]]
) -> Proof:
    assert rule.outcome
    days = rule.outcome.within_days
    judged = [one for one in fired if one.right is not None]
    right = [one for one in judged if one.right]
    missed, caught = _missed(seen, happened, days, here.now)
    leads = [one.lead_days for one in right if one.lead_days is not None]
    return Proof(
        WORDS[rule.outcome.what], days, Share(len(right), len(judged)), _usual(seen, happened, days, here.now),
        Share(caught, caught + len(missed)), len(fired) - len(judged), median(leads) if leads else None, missed,
    )  # fmt: skip


def _missed(
    seen: Seen, happened: Mapping[str, Sequence[datetime]], days: int, now: datetime
) -> tuple[list[Missed], int]:
    """Of what happened to those who were watched, with time to warn: what no sign went before, and how much one did."""
    first, span = seen.moments[0] + timedelta(days=days), timedelta(days=days)
    missed, caught = list[Missed](), 0
    for subject, name in enumerate(seen.subjects):
        for at in happened.get(name, ()):
            before = [m for m, moment in enumerate(seen.moments) if at - span <= moment < at]
            if not first <= at < now or not any(seen.watched[subject, m] for m in before):
                continue
            signs = (seen.signs.get((subject, m)) for m in before)
            if any(sign is not None and not sign.held for sign in signs):
                caught += 1
            else:
                missed.append(Missed(name, at))
    return sorted(missed, key=lambda one: one.at), caught


def _usual(seen: Seen, happened: Mapping[str, Sequence[datetime]], days: int, now: datetime) -> Share:
    hits = of = 0
    for moment, at in enumerate(seen.moments):
        if at + timedelta(days=days) <= now:
            for subject in seen.watched[:, moment].nonzero()[0].tolist():
                of += 1
                hits += _next(happened.get(seen.subjects[subject], ()), at, days) is not None
    return Share(hits, of)
