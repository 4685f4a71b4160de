"""Who may sign in, and what they did."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from accountlens.surfaces.cli.group import PEOPLE, app, workspace
from accountlens.surfaces.cli.options import Json

one_user = typer.Typer(no_args_is_help=True, help="One user: added, changed, given a link or an API token.")
app.add_typer(one_user, name="user", rich_help_panel=PEOPLE)

Who = Annotated[str, typer.Argument(metavar="USER", help="An e-mail, or an id.")]
Role = Literal["admin", "analyst", "manager", "account_manager", "viewer"]
At = Annotated[str, typer.Option("--at", metavar="URL", help="Where the workspace is served.")]
Employee = Annotated[
    str | None, typer.Option(metavar="ID", help="Who that is among the employees; else the one with that e-mail.")
]
SERVED = "http://127.0.0.1:8642"


@app.command("users", rich_help_panel=PEOPLE)
def users(context: typer.Context, as_json: Json = False) -> None:
    """Who may sign in, with which role, and what each sees."""
    from accountlens.surfaces.cli.users import users

    users(workspace(context), as_json)


@one_user.command("add")
def add(
    context: typer.Context,
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[Role, typer.Option(help="What he may do.")] = "viewer",
    employee: Employee = None,
    at: At = SERVED,
) -> None:
    """Add somebody; prints the link by which he chooses his password."""
    from accountlens.surfaces.cli.users import add

    add(workspace(context), email, name, role, employee, at)


@one_user.command("change")
def change(
    context: typer.Context,
    who: Who,
    role: Annotated[Role | None, typer.Option(help="What he may do from now on.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What he is called.")] = None,
    email: Annotated[str | None, typer.Option(metavar="EMAIL", help="What he signs in with.")] = None,
    employee: Employee = None,
) -> None:
    """Change somebody's role, name, e-mail or employee; it counts at once."""
    from accountlens.surfaces.cli.users import change

    change(workspace(context), who, role, name, email, employee)


@one_user.command("deactivate")
def deactivate(context: typer.Context, who: Who) -> None:
    """Let somebody in no more: sessions, links and API tokens end at once."""
    from accountlens.surfaces.cli.users import activate

    activate(workspace(context), who, active=False)


@one_user.command("activate")
def activate(context: typer.Context, who: Who) -> None:
    """Let somebody in again."""
    from accountlens.surfaces.cli.users import activate

    activate(workspace(context), who, active=True)


@one_user.command("link")
def link(context: typer.Context, who: Who, at: At = SERVED) -> None:
    """Print a link by which somebody chooses a new password; it works once."""
    from accountlens.surfaces.cli.users import link

    link(workspace(context), who, at)


@one_user.command("tokens")
def tokens(context: typer.Context, who: Who, as_json: Json = False) -> None:
    """Somebody's API tokens, without their secrets."""
    from accountlens.surfaces.cli.users import tokens

    tokens(workspace(context), who, as_json)


@one_user.command("token")
def token(
    context: typer.Context,
    who: Who,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What uses it.")],
    scope: Annotated[Literal["read", "write", "admin"], typer.Option(help="What it may do at most.")] = "read",
    days: Annotated[int, typer.Option(metavar="N", min=0, max=3650, help="How long it counts; 0: until revoked.")] = 90,
) -> None:
    """Make an API token for somebody; prints it this once."""
    from accountlens.surfaces.cli.users import token

    token(workspace(context), who, name, scope, days)


@one_user.command("revoke")
def revoke(context: typer.Context, id_: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id.")]) -> None:
    """Take an API token back."""
    from accountlens.surfaces.cli.users import revoke

    revoke(workspace(context), id_)


@app.command("audit", rich_help_panel=PEOPLE)
def audit(
    context: typer.Context,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Who signed in, failed to, exported or changed what, when and from where."""
    from accountlens.surfaces.cli.users import audit

    audit(workspace(context), limit, as_json)
