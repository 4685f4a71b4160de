"""How fresh each source is: when it was read last, whether it can be read, and its newest row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accountlens.errors import Problem
from accountlens.quality.freshness import Freshness
from accountlens.store import Snapshot, Store
from accountlens.store.source_states import SourceState


@dataclass(frozen=True)
class SourceFreshness:
    """One source. Times are UTC without zone."""

    source: str
    fetched_at: datetime | None  # when the rows were read that the current snapshot has
    newest: datetime | None  # of its rows; None: unknown, as where others give rows to the same entities
    entities: tuple[str, ...]  # that it gives rows to
    failures: int  # since it was read
    error: str  # of the last one


def source_freshness(
    names: Sequence[str], snapshot: Snapshot | None, states: Mapping[str, SourceState], fresh: Sequence[Freshness]
) -> list[SourceFreshness]:
    """Every source, in the order of the settings; `fresh` is that of the snapshot's entities."""
    told = snapshot.info.get("sources", {}) if snapshot else {}
    feeding = {name: {source for source, one in told.items() if name in one["entities"]} for name in _entities(told)}
    latest = {one.entity: one.latest for one in fresh}
    found = []
    for name in names:
        entities = tuple(told.get(name, {}).get("entities", ()))
        newest = max((latest[one] for one in entities if one in latest and feeding[one] == {name}), default=None)
        read = told.get(name, {}).get("fetched_at")
        state = states.get(name)
        failures, error = (state.failures, state.error) if state else (0, "")
        found.append(
            SourceFreshness(name, datetime.fromisoformat(read) if read else None, newest, entities, failures, error)
        )
    return found


def unread_sources(store: Store) -> Iterator[Problem]:
    """Sources whose rows are those of before, since they can't be read."""
    return (state.problem for state in store.source_states().values() if state.failures)


def _entities(told: Mapping[str, Mapping[str, Sequence[str]]]) -> set[str]:
    return {name for one in told.values() for name in one["entities"]}
