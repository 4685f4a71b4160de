"""Targets, their paces, versions and cascades as plain data: what surfaces tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from accountlens.pacing.pace import Pace
from accountlens.pacing.run import paces
from accountlens.targets.book import Targets
from accountlens.targets.cascade import Cascade
from accountlens.targets.nature import adds_up
from accountlens.targets.spans import grain_of
from accountlens.targets.target import COMPANY, Absolute, Amount, Computed, Growth, Scope, Span, Target, write_amount


def told_targets(
    book: Targets,
    targets: Sequence[Target],
    names: Mapping[str, str],
    may_set: bool,
    at: datetime | None = None,
    pace: bool = False,
) -> list[dict[str, Any]]:
    """Each with what it amounts to, and with its pace where that is wanted."""
    running = paces(book, targets, at) if pace else {}
    worths = book.worths(targets, at)
    return [
        {
            **told_version(one, names),
            **_about(book, one),
            "worth": worths[one.number].value if one.number in worths else None,
            "why": worths[one.number].why if one.number in worths else None,
            "may_set": may_set,
            "pace": told_pace(running[one.number]) if one.number in running else None,
        }
        for one in targets
    ]


def _about(book: Targets, one: Target) -> dict[str, Any]:
    """What of it there is in every version."""
    kpi = book.known(one)
    label = book.opened.catalog.definition(kpi.name).label if kpi else one.kpi
    return {
        "id": one.id, "kpi": one.kpi, "label": label, "unit": kpi.unit if kpi else "count",
        "good": kpi.good if kpi else "context", "adds_up": bool(kpi and adds_up(kpi)),
        "scope": told_scope(book, one.scope), "period": told_span(one.span),
    }  # fmt: skip


def told_version(one: Target, names: Mapping[str, str]) -> dict[str, Any]:
    author = names.get(one.author_id) if one.author_id else None
    return {
        "version": one.number, "amount": told_amount(one.amount), "since": one.since, "recorded_at": one.recorded_at,
        "author_id": one.author_id, "author": author, "note": one.note, "parent": one.parent,
    }  # fmt: skip


def told_amount(amount: Amount | None) -> dict[str, Any]:
    blank: dict[str, Any] = {"text": write_amount(amount), "value": None, "rate": None, "formula": None, "base": None}
    match amount:
        case Absolute(value):
            return {**blank, "kind": "absolute", "value": value}
        case Growth(rate):
            return {**blank, "kind": "growth", "rate": rate}
        case Computed(formula, base):
            return {**blank, "kind": "formula", "formula": formula, "base": base}
        case None:
            return {**blank, "kind": "retired"}


def told_scope(book: Targets, scope: Scope) -> dict[str, Any]:
    value = None if scope.kind == COMPANY else scope.value
    return {"kind": scope.kind, "value": value, "name": book.scopes.name(scope)}


def told_span(span: Span) -> dict[str, Any]:
    return {"label": span.label, "start": span.start, "end": span.end, "grain": grain_of(span)}


def told_pace(pace: Pace) -> dict[str, Any]:
    return {**{key: value for key, value in asdict(pace).items() if key != "target"}, "gap": pace.gap}


def told_cascade(book: Targets, cascade: Cascade, saved: int = 0) -> dict[str, Any]:
    parts = [
        {
            "scope": told_scope(book, part.scope), "period": told_span(part.span), "name": part.name, "base": part.base,
            "share": part.share, "value": part.value,
            "before": write_amount(part.before.amount) if part.before else None,
        }
        for part in cascade.parts
    ]  # fmt: skip
    return {
        "id": cascade.parent.id, "over": cascade.over, "how": cascade.how, "total": cascade.total,
        "adds_up": cascade.added, "given": cascade.given, "remainder": cascade.remainder,
        "elsewhere": cascade.elsewhere, "parts": parts, "said": list(cascade.said), "saved": saved,
    }  # fmt: skip
