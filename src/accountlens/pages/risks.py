"""Accounts at risk and accounts on the rise, by how health and engagement moved and by what a model foresees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accountlens.engine.outlook import Outlook, Prospect, outlooks
from accountlens.pages.overdue import NOW, SOON, THIS_WEEK, Due
from accountlens.pages.stand import Stand
from accountlens.pages.states import State, States

FELL = 10.0  # points of health within 90 days
RED = 60.0  # below it an account is in the red
LIKELY = 0.1  # at least so likely, and so many times as likely as the average customer, is worth a word
TIMES = 3.0
ROSE = 30.0  # points of engagement within 90 days, and at least half as much again
EXPANDS = 0.4


def at_risk(here: Stand, states: States) -> Iterator[Due]:
    """Customers whose health fell by ten points or more into the red, or who are likely to leave."""
    foreseen = _foreseen(here, "leave")
    for id, state in states.accounts.items():
        health, prospect = state.figure("health_score"), foreseen.get(id)
        fell = health.change is not None and health.change <= -FELL and (health.value or 0) < RED
        if not state.is_customer or not (fell or prospect):
            continue
        told = [_fell(state)] if fell else []
        told += [f"it is likely to leave within 90 days ({prospect[0].probability:.0%})"] if prospect else []
        why = _reasons(prospect[0]) if prospect else ""
        both = fell and prospect is not None
        urgency = NOW if both or (prospect and prospect[0].probability >= TIMES * LIKELY) else THIS_WEEK
        numbers = {"health": health.value, "health_change": health.change,
                   "probability": prospect[0].probability if prospect else None}  # fmt: skip
        yield Due(id, urgency, _sentence(told) + why, None, "Talk to the sponsor about what changed.", numbers)


def rising(here: Stand, states: States) -> Iterator[Due]:
    """Accounts that did far more than a quarter before, or are likely to pay more."""
    foreseen = _foreseen(here, "expand")
    for id, state in states.accounts.items():
        engagement, prospect = state.figure("engagement_score"), foreseen.get(id)
        before = engagement.before or 0
        rose = engagement.change is not None and engagement.change >= max(ROSE, before / 2)
        if not (rose or prospect):
            continue
        told = [f"engagement rose from {before:.0f} to {engagement.value:.0f} in 90 days"] if rose else []
        told += [f"it is likely to pay more within 90 days ({prospect[0].probability:.0%})"] if prospect else []
        why = _reasons(prospect[0]) if prospect else ""
        step = "Propose what it does not have yet." if state.is_customer else "Offer a first meeting to those who came."
        numbers = {"engagement": engagement.value, "engagement_change": engagement.change,
                   "probability": prospect[0].probability if prospect else None}  # fmt: skip
        yield Due(id, THIS_WEEK if rose and prospect else SOON, _sentence(told) + why, None, step, numbers)


def _fell(state: State) -> str:
    health = state.figure("health_score")
    return f"health fell from {health.before:.0f} to {health.value:.0f} in 90 days"


def _foreseen(here: Stand, word: str) -> Mapping[str, tuple[Prospect, Outlook]]:
    """Those likely enough to be worth a word, and likelier than the average customer."""
    (found,) = outlooks([word], here.now, here.session, here.opened.backdrop.stale(here.now))
    if found.base is None or found.missing or found.stale:
        return {}
    least = max(LIKELY, TIMES * found.base) if word == "leave" else max(EXPANDS, found.base)
    return {one.account_id: (one, found) for one in found.prospects if one.probability >= least}


def _reasons(prospect: Prospect) -> str:
    """What makes it likelier."""
    words = [one.what for one in prospect.reasons if one.effect > 0]
    return f" Signs: {', '.join(words)}." if words else ""


def _sentence(parts: list[str]) -> str:
    text = ", and ".join(parts)
    return text[:1].upper() + text[1:] + "."
