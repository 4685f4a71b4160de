"""KPIs that count nothing because a column they select by is empty in every row."""

from __future__ import annotations

from collections.abc import Iterator

from accountlens.catalog.catalog import Catalog
from accountlens.engine.demands import Demands
from accountlens.errors import Problem
from accountlens.language.asked import Asked
from accountlens.language.formula import names
from accountlens.quality.rows import listed, told
from accountlens.store import Snapshot


def kpis_without_columns(catalog: Catalog, snapshot: Snapshot) -> Iterator[Problem]:
    """By empty column: the KPIs a measure of which can have no row, and so says 0 or unknown."""
    empty = snapshot.empty
    if not empty:
        return
    finder, lacking = Demands(catalog, snapshot.names, empty), dict[tuple[str, str], list[str]]()
    for name in catalog.kpis:
        kpi = catalog.kpi(Asked(name))
        for measure in (kpi.measures[one] for one in names(kpi.formula) if one in kpi.measures):
            if any(entity in snapshot.names for entity in catalog.primary(measure.fact)):
                for place in sorted(finder.of_measure(measure)):
                    lacking.setdefault(place, []).append(name)
    for (entity, column), kpis in sorted(lacking.items()):
        what = f"{told(kpis, 'count', 'counts')} nothing, because {column} is empty in every row: {listed(kpis)}."
        mend = f"Map the column that tells {column} of {entity}; where there is none, leave these KPIs alone."
        yield Problem(entity, 0, what, mend, "note", "kpis_without_column")
