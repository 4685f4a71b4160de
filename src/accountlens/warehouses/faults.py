"""What a warehouse says when something is wrong, as an error that names what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from accountlens.errors import AccountlensError


class WarehouseError(AccountlensError):
    """A statement that a warehouse refused or could not finish, or a warehouse that cannot be reached."""


@dataclass(frozen=True)
class Fault:
    """`signs` are words, one of which stands in what the engine says."""

    signs: tuple[str, ...]
    what: str
    mend: str


@contextmanager
def told(faults: Sequence[Fault], error: type[Exception], sql: str | None = None) -> Iterator[None]:
    """Raise what the engine's own `error` means; the first line of what it said stands behind."""
    try:
        yield
    except error as found:
        said = " ".join([str(getattr(found, "sqlstate", "") or ""), str(found)])
        known = next((fault for fault in faults if any(sign in said for sign in fault.signs)), None)
        first = next((line.strip() for line in str(found).splitlines() if line.strip()), type(found).__name__)
        what = f"{known.what if known else 'The warehouse refused a statement.'} It says: {first}"
        raise WarehouseError(what, mend=known.mend if known else "") from found
