"""What is overdue or will be: silence, renewals, qualified accounts, deals, champions, tickets, detractors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accountlens.language.calendar import BEGINNING
from accountlens.language.numbers import count
from accountlens.pages.signs import signs
from accountlens.pages.stand import Record, Stand, days_between
from accountlens.pages.states import States

NOW, THIS_WEEK, SOON = 1, 2, 3
RENEWAL_DAYS = 90
MQA_DAYS = 7  # within which somebody who qualified is to be contacted
STALE_DAYS = 30  # without anything happening a deal is stale
SILENT_DAYS = 45  # without a sign a champion is silent
HEARD_DAYS = 180  # within which a champion must have been heard to have fallen silent
DETRACTOR_DAYS = 60  # so long an answer waits for ours
ANSWER_DAYS = 7
# Hours until the first response, and until the solution, by priority.
TICKET_HOURS: Mapping[str, tuple[int, int]] = {"urgent": (4, 48), "high": (4, 48)}
OTHER_TICKET_HOURS = (24, 168)


@dataclass(frozen=True)
class Due:
    """One thing to do about an account; `at_stake` where it is about less than the whole account."""

    account_id: str
    urgency: int
    reason: str
    due: datetime | None
    next_step: str
    numbers: Mapping[str, Any]
    ids: Sequence[str] = field(default_factory=tuple)
    at_stake: float | None = None


def gaps(here: Stand, states: States) -> Iterator[Due]:
    """Customers and accounts with deals with whom nobody was in touch for longer than their tier allows."""
    for state in states.accounts.values():
        days = state.figure("interaction_gap_days").value
        if not state.matters or (days is not None and days <= state.gap_limit):
            continue
        allowed = f"at most {state.gap_limit} days{f' for tier {state.tier}' if state.tier else ''}"
        if days is None:
            yield Due(state.account_id, THIS_WEEK, f"Nobody has ever been in touch; it should be {allowed}.", None,
                      "Introduce yourself.", {"limit_days": state.gap_limit})  # fmt: skip
            continue
        due = here.now - timedelta(days=days - state.gap_limit)
        urgency = NOW if days > 2 * state.gap_limit else THIS_WEEK
        reason = f"No touch for {days:.0f} days; it should be {allowed}."
        yield Due(state.account_id, urgency, reason, due, "Call or write to the closest contact.",
                  {"days": days, "limit_days": state.gap_limit})  # fmt: skip


def renewals(here: Stand, states: States) -> Iterator[Due]:
    """Contracts that end within ninety days and are not decided, one thing an account."""
    rows = here.rows(
        """SELECT c.account_id, MIN(c.ends_on) AS due, COUNT(*) AS contracts, SUM(c.value) AS value,
            LIST(c.contract_id ORDER BY c.ends_on, c.contract_id) AS ids,
            (SELECT COUNT(*) FROM opportunities o WHERE o.account_id = c.account_id AND o.status = 'open'
                AND o.type = 'renewal') AS deals
        FROM contracts c WHERE c.ends_on >= $now AND c.ends_on < $until AND c.started_on < $now
            AND COALESCE(c.decision, 'pending') = 'pending' GROUP BY c.account_id""",
        "contracts", "opportunities", now=here.now, until=here.now + timedelta(days=RENEWAL_DAYS),
    )  # fmt: skip
    for row, state in states.of(rows):
        health = state.figure("health_score")
        days = days_between(here, here.now, row["due"])
        poor = health.value is not None and health.value < 60
        urgency = max(NOW, (NOW if days <= 30 else THIS_WEEK if days <= 60 else SOON) - poor)
        what = "Contract" if row["contracts"] == 1 else count(row["contracts"], "contract")
        reason = f"{what} worth {states.money(row['value'])} ends in {count(days, 'day')}; {_health(health)}."
        step = "Agree on what must get better, then on the renewal." if poor else "Agree on the renewal."
        step = step if row["deals"] else f"Open a renewal deal. {step}"
        yield Due(row["account_id"], urgency, reason, row["due"], step,
                  {"days": days, "value": row["value"], "health": health.value, "health_change": health.change},
                  row["ids"], row["value"])  # fmt: skip


def _health(health: Any) -> str:
    if health.value is None:
        return "health unknown"
    change = health.change
    moved = (
        ""
        if change is None or abs(change) < 1
        else f", {abs(change):.0f} {'more' if change > 0 else 'less'} than 90 days ago"
    )
    return f"health {health.value:.0f}{moved}"


def qualified(here: Stand, states: States) -> Iterator[Due]:
    """Accounts that are marketing-qualified, without a deal, to which nobody of us turned since they became so."""
    rows = here.rows(
        f"""SELECT m.account_id, m.entered_at FROM mqa_spans m
        WHERE m.entered_at < $now AND (m.left_at IS NULL OR m.left_at >= $now)
            AND NOT EXISTS (SELECT 1 FROM {here.touches} t WHERE t.account_id = m.account_id
                AND t.direction = 'outbound' AND t.occurred_at >= m.entered_at AND t.occurred_at < $now)
            AND NOT EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = m.account_id AND o.status = 'open')""",
        "mqa_spans", here.touches, "opportunities", now=here.now,
    )  # fmt: skip
    for row, state in states.of(rows):
        days = days_between(here, row["entered_at"], here.now)
        score = state.figure("engagement_score").value
        points = f" with {score:.0f} engagement points" if score is not None else ""
        reason = f"Marketing-qualified for {count(days, 'day')}{points}, and nobody turned to it since."
        yield Due(row["account_id"], NOW if days >= MQA_DAYS else THIS_WEEK, reason,
                  row["entered_at"] + timedelta(days=MQA_DAYS), "Reach out to those who came, or hand it to sales.",
                  {"days": days, "engagement": score})  # fmt: skip


def deals(here: Stand, states: States) -> Iterator[Due]:
    """Open deals past their close date, or without a touch or a change for thirty days; one thing an account."""
    tracked = here.has("activities") or here.has("opportunity_history")
    rows = here.rows(
        f"""WITH latest AS (
            SELECT o.opportunity_id, o.account_id, o.name, o.amount, o.closed_at, GREATEST(
                COALESCE(o.created_at, $ever),
                COALESCE((SELECT MAX(h.changed_at) FROM opportunity_history h
                    WHERE h.opportunity_id = o.opportunity_id AND h.changed_at < $now), $ever),
                COALESCE((SELECT MAX(t.occurred_at) FROM {here.touches} t
                    WHERE t.account_id = o.account_id AND t.occurred_at < $now), $ever)) AS last_at
            FROM opportunities o WHERE o.status = 'open' AND o.account_id IS NOT NULL
                AND (o.created_at IS NULL OR o.created_at < $now))
        SELECT account_id, COUNT(*) AS deals, SUM(amount) AS amount, MIN(last_at) AS last_at,
            MIN(closed_at) FILTER (WHERE closed_at < $now) AS due, ANY_VALUE(name) AS name,
            LIST(opportunity_id ORDER BY amount DESC NULLS LAST, opportunity_id) AS ids
        FROM latest WHERE closed_at < $now OR (last_at < $stale AND ($tracked OR last_at > $ever))
        GROUP BY account_id""",
        "opportunities", "opportunity_history", here.touches, now=here.now, stale=here.now - timedelta(days=STALE_DAYS),
        ever=BEGINNING, tracked=tracked,
    )  # fmt: skip
    for row, _ in states.of(rows):
        yield _stale(here, states, row, tracked)


def _stale(here: Stand, states: States, row: Record, tracked: bool) -> Due:
    """`tracked`: whether anything is recorded that happens with deals."""
    what = f"Deal {row['name'] or row['ids'][0]}" if row["deals"] == 1 else count(row["deals"], "open deal")
    what += f" worth {states.money(row['amount'])}"
    known = row["last_at"] > BEGINNING
    days = days_between(here, row["last_at"], here.now) if known else None
    if row["due"] is not None:
        late = count(days_between(here, row["due"], here.now), "day")
        reason, step = f"{what}: past the close date by {late}.", "Close it, or set a date that holds."
    else:
        ago = f"nothing happened for {days} days" if known else "nothing is known to have happened"
        ago = ago if tracked else f"open for {days} days"
        reason, step = f"{what}: {ago}.", "Agree on the next step with the buyer, or close it."
    urgency = NOW if row["due"] is not None or (days or 0) > 2 * STALE_DAYS else THIS_WEEK
    due = row["due"] or (row["last_at"] + timedelta(days=STALE_DAYS) if known else None)
    numbers = {"deals": row["deals"], "amount": row["amount"], "days": days}
    return Due(row["account_id"], urgency, reason, due, step, numbers, row["ids"], row["amount"])


def champions(here: Stand, states: States) -> Iterator[Due]:
    """Accounts that matter whose champions all fell silent: heard within half a year, and not for 45 days."""
    given, reads = signs(here, "{at} >= $from AND {at} < $now")
    rows = here.rows(
        f"""SELECT c.account_id, MAX(g.at) AS heard_at, ARG_MAX(c.name, g.at) AS name, ARG_MAX(c.contact_id, g.at) AS id
        FROM contacts c JOIN ({given}) g ON g.contact_id = c.contact_id AND g.is_sign
        WHERE c.buying_role = 'champion' AND NOT COALESCE(c.is_internal, FALSE) AND c.account_id IS NOT NULL
        GROUP BY c.account_id HAVING MAX(g.at) < $silent""",
        "contacts", *reads, now=here.now, silent=here.now - timedelta(days=SILENT_DAYS),
        **{"from": here.now - timedelta(days=HEARD_DAYS)},
    )  # fmt: skip
    for row, state in states.of(rows):
        if not state.matters:
            continue
        days = days_between(here, row["heard_at"], here.now)
        reason = f"No sign of a champion for {days} days; {row['name'] or row['id']} was the last to be heard."
        yield Due(row["account_id"], THIS_WEEK, reason, row["heard_at"] + timedelta(days=SILENT_DAYS),
                  "Ask how things are, and find a second champion.", {"days": days}, [row["id"]])  # fmt: skip


def tickets(here: Stand, states: States) -> Iterator[Due]:
    """Open tickets that wait too long for an answer or for their solution; one thing an account."""
    rows = here.rows(
        """SELECT account_id, ticket_id, priority, created_at, first_response_at FROM client_tickets
        WHERE account_id IS NOT NULL AND created_at < $now AND (solved_at IS NULL OR reopened_at > solved_at)
            AND COALESCE(status, 'open') NOT IN ('solved', 'closed') ORDER BY created_at, ticket_id""",
        "client_tickets", now=here.now,
    )  # fmt: skip
    waiting: dict[str, list[tuple[datetime, dict[str, Any]]]] = {}
    for row, _ in states.of(rows):
        answer, solution = TICKET_HOURS.get(row["priority"] or "", OTHER_TICKET_HOURS)
        hours = answer if row["first_response_at"] is None else solution
        due = row["created_at"] + timedelta(hours=hours)
        if due < here.now:
            waiting.setdefault(row["account_id"], []).append((due, row))
    for account, late in waiting.items():
        unanswered = sum(row["first_response_at"] is None for _, row in late)
        oldest = max(days_between(here, row["created_at"], here.now) for _, row in late)
        silence = f", {unanswered} without an answer" if unanswered else ""
        reason = f"{count(len(late), 'ticket')} overdue{silence}; the oldest is {count(oldest, 'day')} old."
        urgent = any((row["priority"] or "") in TICKET_HOURS for _, row in late) or unanswered > 0
        yield Due(account, NOW if urgent else THIS_WEEK, reason, min(due for due, _ in late),
                  "Ask support for a date, and tell the customer.",
                  {"tickets": len(late), "unanswered": unanswered, "oldest_days": oldest},
                  [row["ticket_id"] for _, row in late])  # fmt: skip


def detractors(here: Stand, states: States) -> Iterator[Due]:
    """People who would not recommend us and to whose account nobody of us turned since; one thing an account."""
    rows = here.rows(
        f"""SELECT s.account_id, MIN(s.answered_at) AS answered_at, COUNT(*) AS answers, MIN(s.score) AS score,
            LIST(s.response_id ORDER BY s.answered_at, s.response_id) AS ids, ARG_MIN(c.name, s.score) AS name
        FROM survey_answers s LEFT JOIN contacts c ON c.contact_id = s.contact_id
        WHERE s.survey = 'nps' AND s.score < 7 AND s.answered_at >= $from AND s.answered_at < $now
            AND s.account_id IS NOT NULL AND (s.next_answered_at IS NULL OR s.next_answered_at >= $now)
            AND NOT EXISTS (SELECT 1 FROM {here.touches} t WHERE t.account_id = s.account_id
                AND t.direction = 'outbound' AND t.occurred_at > s.answered_at AND t.occurred_at < $now)
        GROUP BY s.account_id""",
        "survey_answers", "contacts", here.touches, now=here.now, **{"from": here.now - timedelta(days=DETRACTOR_DAYS)},
    )  # fmt: skip
    told = here.has("activities")
    for row, _ in states.of(rows):
        days = days_between(here, row["answered_at"], here.now)
        who = row["name"] or "Somebody"
        reason = f"{who} gave {row['score']:.0f} of 10"
        reason += f", {count(row['answers'], 'answer')} of the kind" if row["answers"] > 1 else ""
        reason += _unanswered(days, told)
        yield Due(row["account_id"], NOW if days > ANSWER_DAYS else THIS_WEEK, reason,
                  row["answered_at"] + timedelta(days=ANSWER_DAYS), "Call, ask what went wrong, say what you will do.",
                  {"score": row["score"], "answers": row["answers"], "days": days}, row["ids"])  # fmt: skip


def _unanswered(days: int, told: bool) -> str:
    """`told`: whether it is recorded what we do."""
    if told:
        return f"; nobody turned to the account for {count(days, 'day')} since."
    return f", {count(days, 'day')} ago; whether anybody turned to the account since is not known."


OVERDUE: Mapping[str, Callable[[Stand, States], Iterator[Due]]] = {
    "gap": gaps,
    "renewal": renewals,
    "mqa": qualified,
    "deal": deals,
    "champion": champions,
    "ticket": tickets,
    "detractor": detractors,
}
