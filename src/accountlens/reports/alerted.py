"""Alerts in a review: those that were open at any time of its period, of its audience, the latest first."""

from __future__ import annotations

from accountlens.alerts.listing import Alert, alerts
from accountlens.language import numbers
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Cell, Column, Section, Table
from accountlens.reports.spans import Span, day

MOST = 25
STATES = ("open", "acknowledged", "resolved")


def section(here: Stand, whom: Whom, span: Span) -> Section | None:
    """What was raised, why, and the next step; None where nothing was. Those that were snoozed are told too."""
    found = [one for one in alerts(here.workspace, states=STATES, snoozed=None) if _then(one, span) and _his(one, whom)]
    if not found:
        return None
    open_now = sum(_open_at_end(one, span) for one in found)
    opening = f"{numbers.count(len(found), 'alert')} stood open in the period, {open_now} of them at its end."
    names = ("About", "Alert", "Since", "Why", "Next step")
    rows: list[list[Cell]] = [
        [one.whose.name, one.label, day(here.ground.clock.local(one.opened_at).date()), one.why, one.next_step]
        for one in found[:MOST]
    ]
    note = f"The latest {MOST} of {len(found)}." if len(found) > MOST else ""
    return Section("Alerts", [opening], tables=[Table("Alerts", [Column(name, "text") for name in names], rows, note)])


def _then(one: Alert, span: Span) -> bool:
    piece = span.piece
    return one.opened_at <= piece.as_of and (one.resolved_at is None or one.resolved_at >= piece.start)


def _open_at_end(one: Alert, span: Span) -> bool:
    return one.resolved_at is None or one.resolved_at > span.piece.as_of


def _his(one: Alert, whom: Whom) -> bool:
    """Of the company all; of a team or an owner those of its accounts."""
    return whom.accounts is None or one.whose.account_id in whom.accounts
