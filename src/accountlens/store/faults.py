"""Faults of disk, database and libraries, told as one clear error with a way to mend them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from accountlens.errors import AccountlensError

_MENDS = (
    (
        ("no space left", "disk is full", "quota exceeded", "file too large", "disk i/o error"),
        "Free some disk space and run it again; the last snapshot is still served.",
    ),
    (
        ("permission denied", "read-only", "readonly", "unable to open database", "operation not permitted"),
        "Make the folder writable for this user and run it again; the last snapshot is still served.",
    ),
    (("database is locked", "database table is locked"), "Another process keeps it busy: run it again."),
)


@contextmanager
def telling(doing: str, where: Path, *families: type[Exception]) -> Iterator[None]:
    """Turn faults of the system, of SQLite and of the named families into `Cannot <doing>: …`."""
    known: tuple[type[Exception], ...] = (OSError, sqlite3.Error, *families)
    try:
        yield
    except known as fault:
        told = str(getattr(fault, "orig", fault))  # SQLAlchemy keeps the driver's error in `orig`
        lines = told.strip().splitlines()
        reason = lines[0].removesuffix(".") if lines else type(fault).__name__
        raise AccountlensError(f"Cannot {doing}: {reason}.", where=str(where), mend=mend(told)) from fault


def mend(text: str) -> str | None:
    """What to do about a fault, known by its text: every library wraps system errors in its own class."""
    low = text.lower()
    return next((way for signs, way in _MENDS if any(sign in low for sign in signs)), None)
