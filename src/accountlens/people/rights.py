"""What each role may do: one table, in words a user understands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from accountlens.people.viewer import Role


class Right(StrEnum):
    """What somebody may do."""

    ASK = "ask"
    SEE_ALL = "see_all"
    SEE_DATA = "see_data"
    WRITE_NOTES = "write_notes"
    EDIT_DASHBOARDS = "edit_dashboards"
    EDIT_LISTS = "edit_lists"
    SET_TARGETS = "set_targets"
    HANDLE_ALERTS = "handle_alerts"
    SET_ALERTS = "set_alerts"
    DECIDE_MATCHES = "decide_matches"
    REFRESH = "refresh"
    DEFINE_KPIS = "define_kpis"
    MANAGE_DELIVERIES = "manage_deliveries"
    OWN_TOKENS = "own_tokens"
    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"


class Scope(StrEnum):
    """What an API token may do at most; never more than the role of whoever made it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True)
class Grant:
    """A right in words, the roles that have it, and the least scope of a token that carries it."""

    words: str
    roles: frozenset[Role]
    scope: Scope


ROLES = {
    Role.ADMIN: "Admin",
    Role.ANALYST: "Analyst",
    Role.MANAGER: "Manager",
    Role.ACCOUNT_MANAGER: "Account manager",
    Role.VIEWER: "Viewer",
}
SIGHTS = {
    Role.ADMIN: "every account, and rows of none",
    Role.ANALYST: "every account, and rows of none",
    Role.MANAGER: "accounts owned by the team, and those below them",
    Role.ACCOUNT_MANAGER: "accounts owned now, and those below them",
    Role.VIEWER: "every account, and rows of none",
}
_ALL = frozenset(Role)
_ALL_ACCOUNTS = frozenset({Role.ADMIN, Role.ANALYST, Role.VIEWER})
_ANALYSTS = frozenset({Role.ADMIN, Role.ANALYST})
_LEADING = frozenset({Role.ADMIN, Role.ANALYST, Role.MANAGER})
_ADMIN = frozenset({Role.ADMIN})
GRANTS = {
    Right.ASK: Grant("Ask KPIs, open what is behind a number, download what is seen", _ALL, Scope.READ),
    Right.SEE_ALL: Grant("See every account, and rows that belong to none", _ALL_ACCOUNTS, Scope.READ),
    Right.SEE_DATA: Grant("See sources, row balance, quarantine, matches and snapshots", _ALL_ACCOUNTS, Scope.READ),
    Right.WRITE_NOTES: Grant("Write notes about accounts", _ALL - {Role.VIEWER}, Scope.WRITE),
    Right.EDIT_DASHBOARDS: Grant("Make and share dashboards and views", _ALL - {Role.VIEWER}, Scope.WRITE),
    Right.EDIT_LISTS: Grant("Edit lists and tiers of the accounts seen", _LEADING, Scope.WRITE),
    Right.SET_TARGETS: Grant("Set targets for what is seen", _LEADING, Scope.WRITE),
    Right.HANDLE_ALERTS: Grant("Snooze and acknowledge alerts about accounts seen", _ALL - {Role.VIEWER}, Scope.WRITE),
    Right.SET_ALERTS: Grant("Make alert rules, switch them on and off", _ANALYSTS, Scope.WRITE),
    Right.DECIDE_MATCHES: Grant("Decide who is who, mend quarantined rows", _ANALYSTS, Scope.WRITE),
    Right.REFRESH: Grant("Refresh", _ANALYSTS, Scope.WRITE),
    Right.DEFINE_KPIS: Grant("Define KPIs", _ANALYSTS, Scope.WRITE),
    Right.MANAGE_DELIVERIES: Grant("Say what is sent to whom, when; see what became of it", _ANALYSTS, Scope.WRITE),
    Right.OWN_TOKENS: Grant("Make API tokens for oneself", _ALL, Scope.ADMIN),
    Right.MANAGE_USERS: Grant("Invite people, change their roles, deactivate them", _ADMIN, Scope.ADMIN),
    Right.READ_AUDIT: Grant("Read the audit log", _ADMIN, Scope.ADMIN),
}
_WITHIN = {scope: frozenset(tuple(Scope)[: place + 1]) for place, scope in enumerate(Scope)}


def rights_of(role: Role, scope: Scope | None = None) -> frozenset[Right]:
    """What a role may do; by a token, what its scope leaves of it."""
    within = _WITHIN[scope] if scope else frozenset(Scope)
    return frozenset(right for right, grant in GRANTS.items() if role in grant.roles and grant.scope in within)


def scopes_of(role: Role) -> list[Scope]:
    """The scopes a token of somebody of that role may have: those that let it do anything more."""
    useful = {GRANTS[right].scope for right in rights_of(role) - {Right.OWN_TOKENS}}
    return [scope for scope in Scope if scope in useful]
