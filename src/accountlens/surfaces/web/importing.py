"""Routes that take whole files: who may not send one is refused before it is read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import desk_of

Route = Callable[..., Any]


def importing(router: APIRouter, path: str, right: Right, **told: Any) -> Callable[[Route], Route]:
    """Like `router.post`, for who has the right. FastAPI reads a body before it asks what a route depends on."""

    class Import(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def refusing_first(request: Request) -> Response:
                await run_in_threadpool(lambda: desk_of(request).require(right))
                return await answer(request)

            return refusing_first

    def added(route: Route) -> Route:
        router.add_api_route(path, route, methods=["POST"], route_class_override=Import, **told)
        return route

    return added
