"""What deliveries of things that others may look at have in common: which one is meant, and what is said beneath it."""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.delivery.makers.kpis import moment
from accountlens.delivery.making import Occasion
from accountlens.delivery.sheet import Sheet
from accountlens.errors import AccountlensError
from accountlens.pages.stand import stand


def meant(wanted: str, names: Mapping[str, str], kind: str, open_to: str, mend: str) -> str:
    """The id of the one that is meant, by its id or else by its name, of those that are `open_to` others."""
    if wanted in names:
        return wanted
    found = [id_ for id_, name in names.items() if name == wanted]
    if len(found) == 1:
        return found[0]
    what = f"There {f'are several {kind}s' if found else f'is no {kind}'} '{wanted}' that {open_to}."
    raise AccountlensError(what, mend="Name it by its id." if found else mend)


def closing(occasion: Occasion) -> list[str]:
    """Whose accounts these are, and how the data stood."""
    snapshot = stand(occasion.workspace).opened.snapshot
    return [f"Of {occasion.audience}.", f"Data as of {moment(snapshot.as_of, occasion)}; snapshot {snapshot.id}."]


def gone(sheet: Sheet) -> list[str]:
    """What it is told without; said, for a table without its filter is another table."""
    if not sheet.left_out:
        return []
    return [f"Left out, for it is not in the catalog any more: {', '.join(sheet.left_out)}."]
