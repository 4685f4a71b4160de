"""An assistant asks over MCP: a real client starts the real command, or talks to the server in this process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult
from tests.secrets_of import secrets_of

from accountlens import Workspace
from accountlens.errors import AccountlensError
from accountlens.people import links, tokens
from accountlens.people.audit import Actor
from accountlens.people.rights import Scope
from accountlens.people.users import require_user
from accountlens.people.viewer import Role
from accountlens.people.visible import accounts_of
from accountlens.surfaces.mcp.caller import TOKEN
from accountlens.surfaces.mcp.server import NAMES, build

Work = Callable[[Client], Awaitable[Any]]
BY = Actor("test", "test")


def with_client(server: Any, work: Work) -> Any:
    async def run() -> Any:
        async with Client(server) as client:
            return await work(client)

    with ThreadPoolExecutor(1) as thread:  # of its own: a browser of other tests keeps a loop in this one
        return thread.submit(lambda: asyncio.run(run())).result()


def told(result: CallToolResult) -> Any:
    assert not result.is_error, result.content
    return result.structured_content


def text(result: CallToolResult) -> str:
    return "".join(getattr(part, "text", "") for part in result.content)


def a_token(company: Path, role: Role, employee: str | None) -> tuple[str, frozenset[str] | None]:
    """A token of somebody of that role, and the accounts he sees."""
    workspace = Workspace(company)
    email = f"mcp-{role}-{employee}@fenwyre.example"
    id_, _ = links.invite(workspace.store, BY, email, "Somebody", role, employee)
    user = require_user(workspace.store, id_)
    _, secret = tokens.make(workspace.store, BY, user, "assistant", Scope.READ, timedelta(days=1))
    return secret, accounts_of(user.viewer, workspace)


def an_owner(company: Path) -> str:
    answer = Workspace(company).ask("mrr", by="owner_id", period="last-month")
    rows = [row for row in answer.rows() if row["by"]["owner_id"] not in (None, "(unknown)", "(unmatched)")]
    return str(max(rows, key=lambda row: row["value"] or 0)["by"]["owner_id"])


def test_a_client_starts_the_command_looks_up_asks_and_explains(company: Path) -> None:
    words = ["-m", "accountlens", "-C", str(company), "mcp"]
    command = StdioServerParameters(command=sys.executable, args=words, env=dict(os.environ))

    async def work(client: Client) -> tuple[Any, ...]:
        listed = (await client.list_tools()).tools
        found = told(await client.call_tool("find_kpis", {"search": "win rate"}))
        asked = told(await client.call_tool("ask", {"kpis": ["win_rate"], "by": ["tier"], "period": "last-12-months"}))
        why = told(await client.call_tool("explain", {"kpi": "win_rate", "period": "last-12-months"}))
        return client.instructions, listed, found, asked, why

    instructions, listed, found, asked, why = with_client(command, work)
    assert "Unknown is null" in instructions
    assert {tool.name for tool in listed} == set(NAMES)
    assert all(tool.annotations.read_only_hint and tool.description for tool in listed)
    assert "win_rate" in {one["name"] for one in found["kpis"]}
    answer = Workspace(company).ask("win_rate", by="tier", period="last-12-months")
    assert asked["rows"] == json.loads(json.dumps(answer.rows(), default=str))
    assert asked["snapshot"] == answer.about()["snapshot"]
    total = next(row for row in asked["rows"] if "total" in row["flags"])
    assert why["row"]["value"] == total["value"]
    assert why["numbers"]


def test_of_a_long_answer_the_largest_rows_are_told_and_how_many_are_not(company: Path) -> None:
    question = {"kpis": ["mrr"], "by": ["account_id"], "period": "last-month", "limit": 5}
    asked = told(with_client(build(company, None), lambda client: client.call_tool("ask", question)))
    rows = Workspace(company).ask("mrr", by="account_id", period="last-month").rows()
    values = sorted((row["value"] for row in rows if "total" not in row["flags"] and row["value"]), reverse=True)
    assert [row["value"] for row in asked["rows"][1:]] == values[:4]
    assert "total" in asked["rows"][0]["flags"]
    assert asked["left_out"] == len(rows) - 5


def test_an_account_is_read_on_a_page_and_found_by_name(company: Path) -> None:
    async def work(client: Client) -> tuple[Any, Any]:
        found = told(await client.call_tool("find_accounts", {"sort": "-mrr", "limit": 1}))
        return found, told(await client.call_tool("account_brief", {"account": found["accounts"][0]["name"]}))

    found, brief = with_client(build(company, None), work)
    assert brief["head"]["account"]["account_id"] == found["accounts"][0]["account_id"]
    leading = Workspace(company).ask("mrr", by="account_id", period="last-month", totals="none").top("mrr", 1).rows()[0]
    assert (found["accounts"][0]["mrr"], found["accounts"][0]["account_id"]) == (
        leading["value"],
        leading["by"]["account_id"],
    )
    assert found["total"] > 1
    assert brief["people"]["contacts"]
    assert brief["lately"]


@pytest.mark.parametrize(
    ("tool", "question", "words"),
    [
        ("ask", {"kpis": ["win_rat"]}, "Did you mean 'win_rate'?"),
        ("ask", {"kpis": ["mrr", "win_rate"], "by": ["channel"]}, "channel"),
        ("define_kpi", {"kpi": "no_such"}, "No KPI named 'no_such'."),
        ("account_brief", {"account": "Nobody & Sons"}, "Nobody & Sons"),
        ("ask", {"kpis": ["mrr"], "where": "1=1; drop table accounts"}, "where"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words(tool: str, question: dict[str, Any], words: str, company: Path) -> None:
    result = with_client(build(company, None), lambda client: client.call_tool(tool, question))
    assert result.is_error
    assert words in text(result)
    assert "Traceback" not in text(result)


def test_with_a_token_its_owners_accounts_are_all_there_is(company: Path) -> None:
    secret, seen = a_token(company, Role.ACCOUNT_MANAGER, an_owner(company))
    assert seen
    workspace = Workspace(company)
    others = next(
        one for one in workspace.ask("mrr", by="account_id").series().groups if one["by"]["account_id"] not in seen
    )

    async def work(client: Client) -> list[CallToolResult]:
        return [
            await client.call_tool("ask", {"kpis": ["mrr", "support_tickets"], "by": ["account_id"]}),
            await client.call_tool("ask", {"kpis": ["mrr"], "period": "last-month"}),
            await client.call_tool("find_accounts", {"limit": 500}),
            await client.call_tool("explain", {"kpi": "mrr", "period": "last-month"}),
            await client.call_tool("account_brief", {"account": sorted(seen)[0]}),
            await client.call_tool("account_brief", {"account": others["by"]["account_id"]}),
        ]

    *answers, refused = with_client(build(company, secret), work)
    secrets = secrets_of(workspace)
    for answer in answers:
        assert not secrets.told(told(answer), seen)
    assert refused.is_error
    total = workspace.seen_by(seen).ask("mrr", period="last-month").rows()[0]["value"]
    assert told(answers[1])["rows"][0]["value"] == total
    assert total != workspace.ask("mrr", period="last-month").rows()[0]["value"]


def test_a_token_that_does_not_count_is_told_before_anything_is_answered(company: Path) -> None:
    with pytest.raises(AccountlensError, match=f"token in {TOKEN} is not known"):
        build(company, "al_nothing")


def test_a_token_taken_back_counts_no_more(company: Path) -> None:
    secret, _ = a_token(company, Role.VIEWER, None)
    store = Workspace(company).store

    async def work(client: Client) -> CallToolResult:
        told(await client.call_tool("find_kpis", {"search": "nps"}))
        tokens.revoke(store, BY, tokens.tokens(store)[0].id)
        return await client.call_tool("find_kpis", {"search": "nps"})

    assert with_client(build(company, secret), work).is_error
