"""From one page to the next, by dlt's paginators and two of our own."""

from __future__ import annotations

from typing import Any

from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    BaseReferencePaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    SinglePagePaginator,
)
from requests import Request, Response

from accountlens.sources.api.system import Cursor, Follow, LastKey, Link


class _LastKeyPaginator(BaseReferencePaginator):
    """Goes on after the last record of a page."""

    def __init__(self, follow: LastKey) -> None:
        super().__init__()
        self.follow = follow

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        more = data and response.json().get(self.follow.more)
        self._next_reference = data[-1][self.follow.key] if more and data else None

    def update_request(self, request: Request) -> None:
        request.params = {**dict(request.params or {}), self.follow.param: self._next_reference}  # type: ignore[arg-type]


def paginator_of(follow: Follow | None) -> BasePaginator:
    match follow:
        case None:
            return SinglePagePaginator()
        case Link(at, None):
            return JSONLinkPaginator(at)
        case Link(at, more):
            return _LinkWhileMore(at, str(more))
        case Cursor(at, param, body, more):
            return JSONResponseCursorPaginator(at, param, body, has_more_path=more)
        case LastKey():
            return _LastKeyPaginator(follow)


class _LinkWhileMore(JSONLinkPaginator):
    """Follows an address that is always given, while the answer says that there is more."""

    def __init__(self, at: str, more: str) -> None:
        super().__init__(at)
        self.more = more

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        found = response.json()
        for part in self.more.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        self._has_next_page = self._has_next_page and bool(found)
