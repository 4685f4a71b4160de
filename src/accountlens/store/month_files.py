"""How the files of a table that lies by month are called; light, for whoever only looks."""

from __future__ import annotations

import re

from accountlens.store.snapshots import TableVersion

MONTH = "_stored_month"  # a date, the first column of what is written; no column of the table
_IN_MONTH = re.compile(rf"/{MONTH}=([^/]*)/")


def month_of(file: str) -> str | None:
    """The month whose rows a file holds; None where the table doesn't lie by month."""
    found = _IN_MONTH.search(file)
    return found[1] if found else None


def by_month(version: TableVersion) -> bool:
    """Whether a table lies by month."""
    return bool(version.files) and month_of(version.files[0]) is not None
