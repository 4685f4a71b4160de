"""A rule looked at where its rows are: here, or in the warehouse that large tables stay in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from accountlens.errors import RowsElsewhereError
from accountlens.pages.stand import Stand, stand
from accountlens.workspace.remotely import remotely

T = TypeVar("T")


def wherever(look: Callable[[Stand], T], here: Stand) -> T:
    """What is seen here; what needs rows that are not, is asked there by who sees every account.

    For what somebody wants done, a check or a back-test: nothing that a page asks by itself.
    """
    try:
        return look(here)
    except RowsElsewhereError:
        if here.session.seen is not None:
            raise
    with remotely(here.workspace) as far:
        return look(stand(far, here.opened.snapshot.id))
