"""The application: one workspace, its API under /api/v1, its pages everywhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, FastAPI

import accountlens
from accountlens.people.visible import accounts_of
from accountlens.surfaces.web import static
from accountlens.surfaces.web.answering import Server, ViewerOf
from accountlens.surfaces.web.caching import kept
from accountlens.surfaces.web.limits import Limits, Turns
from accountlens.surfaces.web.metrics import Counters
from accountlens.surfaces.web.openapi import describe
from accountlens.surfaces.web.outer import Outer
from accountlens.surfaces.web.place import Hall, Sees
from accountlens.surfaces.web.problems import tell_problems
from accountlens.surfaces.web.refreshing import Refreshing
from accountlens.surfaces.web.schemas import PROBLEMS
from accountlens.surfaces.web.signing_in import viewer_of

API = "/api/v1"
AREAS = (
    "query",
    "explain",
    "ask",
    "composing",
    "benchmarks",
    "catalog",
    "accounts",
    "journey",
    "leading",
    "data",
    "choices",
    "refreshing",
    "review",
    "lists",
    "targets",
    "goals",
    "pages",
    "boards",
    "notes",
    "alerts",
    "alert_rules",
    "channels",
    "deliveries",
    "workspace",
    "reports",
    "service",
    "session",
    "people",
    "exports",
)
READERS = 80  # threads; those who wait for another's answer hold one each


def create_app(
    folder: Path,
    *,
    limits: Limits | None = None,
    viewer_of: ViewerOf = viewer_of,
    sees: Sees = accounts_of,
    built: Path = static.BUILT,
) -> FastAPI:
    """The application over a workspace's folder. Nothing is opened before the first question."""
    limits = limits or Limits()
    app = FastAPI(
        title="accountlens",
        version=accountlens.__version__,
        summary="KPIs about the accounts that matter, with the rows behind each number.",
        lifespan=_living,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its page would load from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    turns = Turns(limits, limits.at_once), Turns(limits, limits.warehouse_at_once)
    hall, answers = Hall(folder, sees), kept(limits.kept_megabytes)
    server = Server(viewer_of, hall, limits, *turns, answers, Refreshing(folder))
    app.state.server, app.state.counters = server, _counting(server)
    tell_problems(app, folder)
    app.include_router(_routes())
    app.openapi = describe(app)  # type: ignore[method-assign]
    app.router.default = static.Application(built)  # of every address that is no route
    app.add_middleware(Outer, counters=app.state.counters, bytes_of=limits.bytes_of)
    return app


@cache
def _routes() -> APIRouter:
    """The routes know no workspace; to make them takes longer than all else."""
    api = APIRouter(prefix=API, responses=PROBLEMS)
    for area in AREAS:
        api.include_router(import_module(f"accountlens.surfaces.web.routes.{area}").router)
    return api


def _counting(server: Server) -> Counters:
    counters = Counters()
    answers = server.kept
    counters.gauge("snapshots_open", "Snapshots that are open.", lambda: server.hall.open_snapshots)
    counters.gauge("answers_kept_bytes", "Of finished answers that are kept.", lambda: answers.used)
    counters.gauge("answers_kept_hits", "Answers told again.", lambda: answers.hits)
    counters.gauge("answers_kept_misses", "Answers made.", lambda: answers.misses)
    counters.gauge("questions_waiting", "Questions that wait for their turn.", lambda: server.turns.waiting)
    return counters


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = READERS
    yield
    await anyio.to_thread.run_sync(app.state.server.refreshing.end)
    app.state.server.hall.close()
