"""How often somebody may try to sign in: per account and per address, with longer and longer waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError
from accountlens.people.secret import digest
from accountlens.store import Store
from accountlens.store.snapshots import utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FREE = {"account": 5, "address": 20}  # failures without a wait; an office shares an address
LONGEST_SECONDS = 15 * 60
FORGOTTEN = timedelta(hours=6)  # without another try


class TooManyTriesError(AccountlensError):
    """Somebody has to wait before the next try."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        told = f"{wait_seconds} seconds" if wait_seconds < 120 else f"{-(-wait_seconds // 60)} minutes"
        super().__init__("Too many tries to sign in.", mend=f"Wait {told}, or ask an admin for a link.")


@dataclass(frozen=True)
class Try:
    """One try to sign in, counted as a failure until it succeeds."""

    account: str
    address: str

    @property
    def keys(self) -> dict[str, str]:
        """What is kept of them: people type passwords where an e-mail belongs."""
        told = {"account": self.account, "address": self.address}
        return {kind: digest(f"{kind} {value}") for kind, value in told.items()}


def begin(store: Store, one: Try) -> None:
    """Count it, before anything is compared, so that many at once are no way around.

    `TooManyTriesError` where it has to wait.
    """
    from accountlens.store.tables import TryRow

    with store.state.session("count the tries to sign in") as session:
        session.connection()  # from here on one comes after the other
        now = utc_now()
        session.query(TryRow).filter(TryRow.tried_at < now - FORGOTTEN).delete()
        rows = {kind: session.get(TryRow, key) for kind, key in one.keys.items()}
        waits = [row.free_at - now for row in rows.values() if row is not None and row.free_at > now]
        if waits:
            raise TooManyTriesError(max(waits).seconds + 1)
        for kind, key in one.keys.items():
            row = rows[kind]
            failures = 1 + (row.failures if row is not None else 0)
            session.merge(TryRow(key=key, failures=failures, tried_at=now, free_at=now + _wait(kind, failures)))


def succeed(session: Session, one: Try) -> None:
    """Its account starts anew; its address has one failure less, since this was none."""
    from accountlens.store.tables import TryRow

    clear(session, one.account)
    row = session.get(TryRow, one.keys["address"])
    if row is not None:
        row.failures -= 1
        row.free_at = row.tried_at


def clear(session: Session, account: str) -> None:
    """Let an account be tried again, such as by somebody who was given a new link."""
    from accountlens.store.tables import TryRow

    session.query(TryRow).filter(TryRow.key == Try(account, "").keys["account"]).delete()


def _wait(kind: str, failures: int) -> timedelta:
    beyond = failures - FREE[kind]
    return timedelta(seconds=min(2.0 ** min(beyond, 20), LONGEST_SECONDS) if beyond >= 0 else 0)
