"""The desk: every answer of the API is told here, with its ETag, from what is kept where it can be, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

import duckdb
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from accountlens.errors import RowsElsewhereError
from accountlens.language.query import TARGET
from accountlens.once import Once
from accountlens.people.rights import Right, rights_of
from accountlens.people.viewer import Viewer
from accountlens.surfaces.web.caching import Content, response, tag, tag_of, unchanged
from accountlens.surfaces.web.elsewhere import WAREHOUSE, elsewhere, in_warehouse
from accountlens.surfaces.web.formats import JSON, json_bytes
from accountlens.surfaces.web.limits import Limits, Turns, within
from accountlens.surfaces.web.place import Hall, Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.questions import On
from accountlens.surfaces.web.refreshing import Refreshing
from accountlens.surfaces.web.signing_in import SignedIn, forbidden, note
from accountlens.workspace import Workspace

LONGEST_NOTE = 1_000  # signs of a question in the audit log
AGAIN = 2  # how often an answer is begun anew, because its snapshot went away while it was read
GONE = (duckdb.IOException, FileNotFoundError)  # what is raised where a snapshot's files were removed

ViewerOf: TypeAlias = Callable[[Request], Viewer]
Told = TypeVar("Told")


@dataclass(frozen=True)
class Server:
    """What all requests share."""

    viewer_of: ViewerOf

    hall: Hall
    limits: Limits
    turns: Turns
    far_turns: Turns  # of what is asked in the warehouse
    kept: Once[str, Content]
    refreshing: Refreshing


@contextmanager
def open_workspace(request: Request) -> Iterator[Workspace]:
    """One of its own, which no answer shares: with the settings, people and figures of now."""
    workspace = Workspace(request.app.state.server.hall.folder)
    try:
        yield workspace
    finally:
        workspace.close()


@dataclass(frozen=True)
class Desk:
    """One request, and who sent it."""

    request: Request
    viewer: Viewer
    server: Server

    @property
    def limits(self) -> Limits:
        return self.server.limits

    @property
    def rights(self) -> frozenset[Right]:
        """What who asks, or the token he asks with, may do."""
        signed_in: SignedIn | None = getattr(self.request.state, "signed_in", None)
        return signed_in.rights if signed_in else rights_of(self.viewer.role)

    def targets(self, *compare: str | None) -> str:
        """What a kept answer is to be told by besides, where it is compared with targets: they change by themselves."""
        return f" {self.server.hall.targets_edition}" if TARGET in compare else ""

    def require(self, right: Right) -> None:
        """403 where who asks, or the token he asks with, may not do that."""
        if right not in self.rights:
            raise forbidden(self.viewer.role, right)

    def tell(
        self,
        make: Callable[[Place], Any],
        *,
        media: str = JSON,
        snapshot: str | None = None,
        headers: Mapping[str, str] | None = None,
        key: str = "",
        own: bool = False,
        on: On = "store",
    ) -> Response:
        """What `make` gives of the place, as JSON where it is no bytes; kept for all who ask and see the same.

        `key` says what the address does not: the body of a POST. `own`: the answer is about the viewer himself.
        `on`: who is to answer; what the warehouse does is not kept.
        """
        self._note(media)
        if on == WAREHOUSE:
            content = self._standing(lambda place: self._made_there(make, place, media, headers), snapshot)
            return response(self.request, content, tag_of(content.body))

        def told(place: Place) -> Response:
            asked = str(self.request.url.path), str(self.request.url.query), key, media
            etag = tag(place.edition, place.sight, self.viewer.id if own else "", *asked)
            if self.request.method in ("GET", "HEAD") and (same := unchanged(self.request, etag)):
                return same
            content = self.server.kept.get(etag, lambda: self._made(make, place, media, headers))
            return response(self.request, content, etag)

        return self._standing(told, snapshot)

    def fresh(self, make: Callable[[Place], Any], *, media: str = JSON) -> Response:
        """What may change without a new snapshot: made whenever it is asked; its ETag is that of its bytes."""
        self._note(media)
        content = self._standing(lambda place: self._made(make, place, media, None))
        etag = tag_of(content.body)
        return unchanged(self.request, etag) or response(self.request, content, etag)

    def _standing(self, read: Callable[[Place], Told], snapshot: str | None = None) -> Told:
        """What is read where the request stands; of the newer snapshot where this one's files go meanwhile."""
        for attempt in range(AGAIN + 1):
            with self.server.hall.place(self.viewer, snapshot) as place:
                try:
                    return read(place)
                except GONE:
                    if attempt == AGAIN or snapshot or not self._is_over(place):
                        raise
        raise AssertionError("either told or raised")

    def _is_over(self, place: Place) -> bool:
        return place.snapshot.id != self.server.hall.current().id

    @contextmanager
    def place(self, snapshot: str | None = None) -> Iterator[Place]:
        """Where the request stands, for what is neither kept nor told as it is."""
        with self.server.hall.place(self.viewer, snapshot) as place:
            try:
                yield place
            except GONE as error:
                if snapshot or not self._is_over(place):
                    raise
                mend = "Look whether it is done already; else send it again."
                raise RefusedError(409, "A newer snapshot was published meanwhile.", mend=mend) from error

    def _note(self, media: str) -> None:
        """What leaves as a file is told to the audit log."""
        if media != JSON:
            note(self.request, "export", self.request.url.path, form=media.partition(";")[0], asked=self._asked)

    @property
    def _asked(self) -> str:
        return self.request.url.query[:LONGEST_NOTE]

    def _made(
        self, make: Callable[[Place], Any], place: Place, media: str, headers: Mapping[str, str] | None
    ) -> Content:
        with self.server.turns.turn(), within(self.limits.seconds, self.server.hall.watches):
            try:
                return _content(make(place), media, headers)
            except RowsElsewhereError as error:
                raise elsewhere(error, place) from error

    def _made_there(
        self, make: Callable[[Place], Any], place: Place, media: str, headers: Mapping[str, str] | None
    ) -> Content:
        seconds, watches = self.limits.warehouse_seconds, self.server.hall.watches
        with self.server.far_turns.turn(), within(seconds, watches), in_warehouse(place) as far:
            return _content(make(far), media, headers)


def _content(made: Any, media: str, headers: Mapping[str, str] | None) -> Content:
    return Content(made if isinstance(made, bytes) else json_bytes(made), media, headers or {})


def desk_of(request: Request) -> Desk:
    server: Server = request.app.state.server
    return Desk(request, server.viewer_of(request), server)


AtDesk: TypeAlias = Annotated[Desk, Depends(desk_of)]
