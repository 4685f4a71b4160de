"""What became of rows, and which KPIs have none: quarantine, duplicates, entities without a source, erasures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accountlens.catalog.catalog import Catalog
from accountlens.errors import Problem
from accountlens.language.asked import Asked
from accountlens.store import Balance, Snapshot, Store

DATA = "data"
MANY_DUPLICATES = 0.05  # of the rows


def balance_findings(balance: Mapping[str, Balance]) -> Iterator[Problem]:
    for name, found in balance.items():
        if found.quarantined:
            what = f"{found.quarantined:,} of {found.taken_in:,} rows are in quarantine."
            mend = f"See why, mend the source or the rows: accountlens quarantine --table {name}"
            yield Problem(name, 0, what, mend, "warning", "rows_quarantined")
        if found.taken_in and not found.accepted:
            yield Problem(name, 0, "No row was accepted.", "See 'accountlens quarantine'.", "error", "no_row_accepted")
        elif found.duplicates > found.taken_in * MANY_DUPLICATES:
            what = f"{found.duplicates:,} of {found.taken_in:,} rows are duplicates."
            mend = "Check that the key is the right one and the source is read once."
            yield Problem(name, 0, what, mend, "warning", "rows_duplicated")


def kpis_without_entities(catalog: Catalog, snapshot: Snapshot) -> Iterator[Problem]:
    """Which KPIs lack the entity they cannot do without."""
    lacking: dict[str, list[str]] = {}
    for name, definition in catalog.kpis.items():
        for measure in catalog.kpi(Asked(name)).measures.values():
            primary = catalog.primary(measure.fact)
            if not any(entity in snapshot.names for entity in primary):
                lacking.setdefault(" or ".join(primary), []).append(definition.name)
    for entities, kpis in lacking.items():
        what = f"{told(kpis, 'need', 'needs')} {entities}, which no source gives: {listed(kpis)}."
        mend = f"Add a file or a mapping for {entities.split(' or ')[0]}."
        yield Problem(DATA, 0, what, mend, "note", "kpis_without_entity")


def unfinished_erasures(store: Store) -> Iterator[Problem]:
    if any(one.done_at is None for one in store.erasures()):
        mend = "Run 'accountlens erase' for the same person again: it does what is left to do."
        yield Problem("store", 0, "The erasure of a person was cut off.", mend, "error", "erasure_unfinished")


def told(kpis: list[str], many: str, one: str) -> str:
    count = len(set(kpis))
    return f"{count} KPIs {many}" if count > 1 else f"1 KPI {one}"


def listed(kpis: list[str], shown: int = 4) -> str:
    names = list(dict.fromkeys(kpis))
    return ", ".join(names[:shown]) + (", …" if len(names) > shown else "")
