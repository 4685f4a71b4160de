"""What requests about people say, and what they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer

from accountlens.people.rights import ROLES, Right, Scope
from accountlens.people.users import User
from accountlens.people.viewer import Role
from accountlens.surfaces.web.questions import Name, Strict, Text

Moment = Annotated[datetime, PlainSerializer(lambda at: f"{at.isoformat()}Z", return_type=str)]  # as `json_bytes`
JANE: dict[str, Any] = {"email": "jane@example.com", "name": "Jane Doe"}
PASSWORD = "five plain words do well"


class SignIn(Strict):
    email: Annotated[Name, Field(examples=[JANE["email"]])]
    password: Annotated[Text, Field(examples=[PASSWORD])]


class SetUp(SignIn):
    secret: Annotated[Name, Field(description="What stands behind # in the link that was printed.")]
    name: Annotated[Name, Field(examples=[JANE["name"]])]


class Acceptance(Strict):
    password: Annotated[Text, Field(examples=[PASSWORD])]
    name: Annotated[Name | None, Field(description="As he wants to be called; else as he was invited.")] = None


class NewPassword(Strict):
    old: Text
    new: Annotated[Text, Field(examples=[PASSWORD])]


class NewUser(Strict):
    email: Annotated[Name, Field(examples=[JANE["email"]])]
    name: Annotated[Name, Field(examples=[JANE["name"]])]
    role: Role
    employee_id: Annotated[Name | None, Field(description="Who he is; else the employee with his e-mail.")] = None


class ChangedUser(Strict):
    """What is left out stays."""

    name: Name | None = None
    email: Name | None = None
    role: Role | None = None
    employee_id: Annotated[str | None, Field(max_length=200, description="Empty: the employee with his e-mail.")] = None
    active: bool | None = None


class NewToken(Strict):
    name: Annotated[Name, Field(examples=["nightly export"])]
    scope: Scope = Scope.READ
    days: Annotated[int | None, Field(ge=1, le=3650, description="How long it counts; null: until revoked.")] = 90


class ForUser(Strict):
    user_id: Name


class Person(BaseModel):
    id: str
    email: str
    name: str
    role: Role
    role_label: str
    employee_id: str | None


class UserTold(Person):
    """`signed_up`: has chosen a password. `accounts`: how many he sees, null for all; `why` where it is none."""

    active: bool
    signed_up: bool
    created_at: Moment
    accounts: int | None
    why: str | None


class Session(BaseModel):
    """`user` is null where nobody is signed in; `needs_setup`: there is no admin yet."""

    user: Person | None
    rights: list[Right]
    token_scopes: list[Scope]
    accounts: Annotated[int | None, Field(description="How many he sees; null: all, or nobody is signed in.")]
    why: Annotated[str | None, Field(description="Why he sees no account, where he sees none.")]
    csrf: Annotated[str | None, Field(description="To be sent as X-CSRF-Token with what changes anything.")]
    expires_at: Moment | None
    workspace: dict[str, Any] | None
    snapshot: dict[str, Any] | None
    needs_setup: bool


class Invited(BaseModel):
    """The link works once. `path` begins with a slash; the secret behind # never reaches a server's log."""

    user_id: str
    path: str
    link: str
    expires_at: Moment


class TokenTold(BaseModel):
    id: str
    user_id: str
    name: str
    scope: Scope
    created_at: Moment
    expires_at: Moment | None
    used_at: Moment | None


class TokenMade(TokenTold):
    secret: Annotated[str, Field(description="Shown this once: only its hash is kept.")]


class AuditLine(BaseModel):
    number: int
    at: Moment
    user_id: str | None
    who: Annotated[str | None, Field(description="As he is called now; null: nobody known, or the command line.")]
    address: str
    action: str
    subject: str
    detail: dict[str, Any]


class AuditLines(BaseModel):
    lines: list[AuditLine]
    next: Annotated[int | None, Field(description="`before` of the next page.")]


def told_of(user: User) -> dict[str, Any]:
    """A user as everybody may know him who may know of users."""
    shown = {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
    return {**shown, "role_label": ROLES[user.role], "employee_id": user.employee_id}
