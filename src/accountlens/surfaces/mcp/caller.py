"""Who an assistant asks for, and where what it asks is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from accountlens.errors import AccountlensError
from accountlens.people.tokens import find
from accountlens.people.viewer import Role, Viewer
from accountlens.people.visible import accounts_of
from accountlens.store import Store
from accountlens.surfaces.web.place import Hall, Place

TOKEN = "ACCOUNTLENS_TOKEN"  # the environment's name for it
KEEPER = Viewer("", "", "whoever keeps the workspace", Role.ADMIN)


class Caller:
    """Answers for one caller: whoever a token belongs to, else whoever may read the workspace's files anyway."""

    def __init__(self, folder: Path, token: str | None) -> None:
        self.hall = Hall(folder, accounts_of)
        self._who: Callable[[], Viewer] = (
            (lambda: _owner(self.hall.workspace.store, token)) if token else lambda: KEEPER
        )
        self._who()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """The current snapshot, narrowed to the accounts he sees; a token taken back counts no more."""
        with self.hall.place(self._who()) as found:
            yield found


def _owner(store: Store, token: str) -> Viewer:
    found = find(store, token)
    if found is None:
        mend = f"Put a token that counts into {TOKEN}; the application makes them under your name, API tokens."
        raise AccountlensError(f"The token in {TOKEN} is not known here, has ended or was taken back.", mend=mend)
    return found[0].viewer
