"""What the first page of a snapshot would wait for, made before anybody asks: figures of every account are dear."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager

from accountlens.pages.usual_columns import usual_columns, usual_questions
from accountlens.people.viewer import Role, Viewer
from accountlens.repeating import repeating
from accountlens.surfaces.web.place import Hall, Place
from accountlens.surfaces.web.routes.accounts import table_of

log = logging.getLogger("accountlens.web")

EVERY_SECONDS = 5.0  # so much later than its publication a snapshot is looked at
ROWS = 100
WHO_SEES_ALL = Viewer("ahead", "", "", Role.ADMIN)


class Ahead:
    """Knows for which snapshot, with which definitions, the usual table of accounts was made."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.edition = ""

    def look(self) -> None:
        """Make it of the current snapshot, where that was not done yet."""
        with self.hall.watches.watch(), self.hall.place(WHO_SEES_ALL) as place:
            if place.edition != self.edition:
                self.edition = place.edition
                try:
                    _make(place)
                except Exception:  # a snapshot that goes, a server that ends; any other fault is told to who asks
                    log.debug("The table of accounts could not be made ahead.", exc_info=True)


def _make(place: Place) -> None:
    table = table_of(place)
    for wanted in usual_questions(usual_columns(place.opened)):
        table.page(wanted, 0, ROWS)


def keeping_ahead(hall: Hall) -> AbstractContextManager[None]:
    """While the block lasts, in a thread of its own."""
    return repeating(Ahead(hall).look, EVERY_SECONDS, lambda error: None, "ahead")
