"""Data that stay away: sources that could not be read, entities whose rows end before the others do."""

from __future__ import annotations

import numpy as np

from accountlens.alerts.signs import Seen, Sign
from accountlens.alerts.watching.ground import Watch
from accountlens.language import numbers
from accountlens.quality import freshness


def lateness(watch: Watch) -> Seen:
    """Each source that fails and each entity that is behind is a subject of its own."""
    opened = watch.here.opened
    found: dict[str, Sign] = {}
    for state in watch.here.workspace.store.source_states().values():
        if state.failures:
            times = numbers.count(state.failures, "time")
            text = f"The source {state.name} could not be read {times} in a row: {state.error}"
            found[f"source {state.name}"] = Sign(text, float(state.failures), 0.0)
    for one in freshness(opened.catalog, opened.snapshot, opened.session):
        if one.late:
            usual = f"{numbers.count(round(one.usual_days or 1), 'day')}"
            text = f"The last row of {one.entity} is of {one.latest:%Y-%m-%d}, {one.behind_days:.0f} days before the "
            text += f"other data end; usually one comes within {usual}."
            found[one.entity] = Sign(text, one.behind_days, one.usual_days)
    subjects = sorted(found)
    watched = np.ones((len(subjects), 1), bool)
    return Seen(subjects, [watch.here.now], watched, {(n, 0): found[one] for n, one in enumerate(subjects)})
