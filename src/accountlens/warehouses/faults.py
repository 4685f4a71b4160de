"""What a warehouse says when something is wrong, as an error that names what to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from accountlens.errors import AccountlensError

OF_SERVER = re.compile(r"(?:ERROR|FATAL|PANIC): +(.*)")


class WarehouseError(AccountlensError):
    """A statement that a warehouse refused or could not finish, or a warehouse that cannot be reached."""


@dataclass(frozen=True)
class Fault:
    """`signs` are words, one of which stands in what the engine says; `states` are how its SQLSTATE may begin."""

    signs: tuple[str, ...]
    what: str
    mend: str
    states: tuple[str, ...] = ()

    def fits(self, state: str, said: str) -> bool:
        return (bool(self.states) and state.startswith(self.states)) or any(sign in said for sign in self.signs)


@contextmanager
def told(
    faults: Sequence[Fault], error: type[Exception] | tuple[type[Exception], ...], sql: str | None = None
) -> Iterator[None]:
    """Raise what the engine's own `error` means, the first that fits; what the server said stands behind."""
    try:
        yield
    except error as found:
        state, said = str(getattr(found, "sqlstate", None) or ""), str(found)
        known = next((fault for fault in faults if fault.fits(state, said)), None)
        what = known.what if known else "The warehouse refused a statement."
        raise WarehouseError(f"{what} It says: {_first(found)}.", mend=known.mend if known else "") from found


def _first(found: Exception) -> str:
    """What the server said itself, in one line; a driver puts what it was doing before it."""
    said = OF_SERVER.search(str(found))
    lines = said[1] if said else next((line for line in str(found).splitlines() if line.strip()), type(found).__name__)
    return lines.strip().rstrip(".")
