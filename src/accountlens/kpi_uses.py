"""Where a KPI is used by what people keep: told before it goes, and what would fail without it holds it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from accountlens.alerts.kept import rules
from accountlens.boards import dashboards, views
from accountlens.boards.asked import named_in
from accountlens.delivery.plans import Delivery, deliveries
from accountlens.language import formula as f
from accountlens.language.asked import parse_asked
from accountlens.people.rights import Right
from accountlens.people.viewer import Viewer
from accountlens.store import Store
from accountlens.targets.kept import in_force, kept
from accountlens.targets.target import Computed, Target

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Use:
    """Things of one kind that name it: those somebody may see by name, and how many others. `holds` it back or not."""

    kind: str
    names: Sequence[str]
    hidden: int = 0
    holds: bool = True

    def __str__(self) -> str:
        told = [f"'{name}'" for name in self.names]
        told += [f"{self.hidden} that you do not see"] if self.hidden else []
        return f"{self.kind}: {', '.join(told)}"


def uses_of(kpi: str, store: Store, viewer: Viewer, rights: Collection[Right]) -> list[Use]:
    """What is kept in the app state and names it; definitions that take it are the catalog's to tell."""
    boards = dashboards.that_show(store, kpi)
    targets = [one for one in in_force(kept(store).versions) if kpi in _of_target(one)]
    alerts = [one for one in rules(store) if one.rule.kpi and parse_asked(one.rule.kpi).name == kpi]
    plans = [one for one in deliveries(store) if kpi in _of_delivery(one)]
    seen = [one for one in views.every(store) if kpi in named_in(one.state)]
    found = [
        Use("dashboards", *_told(boards, lambda one: one.layout.name, lambda one: one.seen_by(viewer))),
        Use("targets", *_told(targets, str, lambda _: True)),
        Use("alert rules", *_told(alerts, lambda one: one.rule.label, lambda _: True)),
        Use("deliveries", *_told(plans, lambda one: one.name, lambda one: _sees(viewer, rights, one))),
        Use("saved views", *_told(seen, lambda one: one.name, lambda one: one.seen_by(viewer)), holds=False),
    ]
    return [one for one in found if one.names or one.hidden]


def _told(all_: Sequence[Thing], name: Callable[[Thing], str], seen: Callable[[Thing], bool]) -> tuple[list[str], int]:
    shown = [name(one) for one in all_ if seen(one)]
    return shown, len(all_) - len(shown)


def _of_target(one: Target) -> set[str]:
    words = [name for name, _, _ in f.places(one.amount.formula)] if isinstance(one.amount, Computed) else []
    return {parse_asked(one.kpi).name, *(word.partition(".")[0] for word in words)}


def _of_delivery(one: Delivery) -> set[str]:
    asked = one.options.get("kpis")
    return {parse_asked(str(kpi)).name for kpi in asked} if isinstance(asked, list) else set()


def _sees(viewer: Viewer, rights: Collection[Right], one: Delivery) -> bool:
    return one.open or one.made_by == viewer.id or Right.MANAGE_DELIVERIES in rights
