"""The tools as a server of the Model Context Protocol, over standard input and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accountlens import __version__
from accountlens.errors import AccountlensError
from accountlens.surfaces.mcp.caller import Caller
from accountlens.surfaces.mcp.tools import Tools
from accountlens.surfaces.web.formats import json_bytes

if TYPE_CHECKING:
    from mcp.server import MCPServer

NAMES = ("find_kpis", "define_kpi", "ask", "explain", "find_accounts", "account_brief")
INSTRUCTIONS = """\
Account-based KPIs of {company}: engagement, pipeline, revenue, retention, satisfaction, health, per account.
Look a KPI up (find_kpis, define_kpi) before you ask it; ask for exactly the split and the period you need; explain a
number before you build on it. The data is as of {as_of}; money is in {currency}; relative periods count from that day.
Unknown is null, never 0. Say the interval where there is one, and do not call a change inside it a change.
You see what {who} may see: totals are of those accounts alone."""


def build(folder: Path, token: str | None) -> MCPServer:
    """The server of a workspace. `AccountlensError` where the workspace cannot be read, or the token does not count."""
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    caller = Caller(folder, token)
    with caller.place() as place:
        house = place.workspace.house
        told = INSTRUCTIONS.format(
            company=place.workspace.settings.name,
            as_of=f"{place.snapshot.as_of:%Y-%m-%d}",
            currency=house.currency,
            who=place.viewer.name,
        )
    server = MCPServer("accountlens", instructions=told, version=__version__)
    tools = Tools(caller)
    for name in NAMES:
        only_reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        server.tool(annotations=only_reads)(_plain(getattr(tools, name)))
    return server


def _plain(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """What a tool tells as plain JSON; a deliberate error in words the assistant can act on."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def call(*args: Any, **words: Any) -> dict[str, Any]:
        try:
            told = tool(*args, **words)
        except AccountlensError as error:
            raise ToolError(str(error)) from error
        plain: dict[str, Any] = json.loads(json_bytes(told))
        return plain

    return call
