"""How the files of a table that lies by month are called; light, for whoever only looks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from accountlens.store.snapshots import TableVersion

MONTH = "_stored_month"  # a date, the first column of what is written; no column of the table
NO_MONTH = "__HIVE_DEFAULT_PARTITION__"  # of rows without a time
_IN_MONTH = re.compile(rf"/{MONTH}=([^/]*)/")


def month_of(file: str) -> str | None:
    """The month whose rows a file holds; None where the table doesn't lie by month."""
    found = _IN_MONTH.search(file)
    return found[1] if found else None


def by_month(version: TableVersion) -> bool:
    """Whether a table lies by month."""
    return bool(version.files) and month_of(version.files[0]) is not None


def in_months(version: TableVersion, months: Collection[str | None]) -> TableVersion:
    """A table that lies by month without its other months; None is that of rows without a time."""
    named = {NO_MONTH if month is None else month for month in months}
    return replace(version, files=tuple(file for file in version.files if month_of(file) in named))
