"""Whom a review is about: the company, a team, an account manager, a tier, a segment or one account, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from accountlens.errors import AccountlensError, suggest
from accountlens.pages.stand import Stand, only
from accountlens.reports.content import Audience
from accountlens.warehouses.expand import literal


@dataclass(frozen=True)
class Whom:
    """`filters`: ways to leave its rows, the first that a KPI's rows allow counts; none for the company."""

    audience: Audience
    subject: str | None
    name: str
    filters: Sequence[str]
    accounts: frozenset[str] | None = None  # its own, as of now; None: all

    @property
    def written(self) -> str:
        """As it is asked for: `owner:E0007`."""
        return self.audience if self.subject is None else f"{self.audience}:{self.subject}"


def read(text: str) -> tuple[Audience, str | None]:
    """`company`, `team:Sales`, `owner:E0007`, `account:Acme`."""
    word, colon, subject = text.strip().partition(":")
    known = get_args(Audience)
    if word not in known or bool(subject.strip()) == (word == "company"):
        wrong = suggest(word, known) if word not in known else ""
        mend = "Write company, or team:, owner:, tier:, segment: or account: and a name."
        raise AccountlensError(f"'{text}' is nobody a review can be about.", mend=f"{wrong} {mend}".strip())
    return cast(Audience, word), subject.strip() if colon else None


def whom(here: Stand, text: str) -> Whom:
    """The one meant, by id or name, among what is seen."""
    audience, subject = read(text)
    if audience == "company" or subject is None:
        return Whom("company", None, "the whole company", ())
    if audience == "account":
        found = here.account(subject)
        id_ = found["account_id"]
        return Whom("account", id_, found.get("name") or id_, (only(id_),), frozenset({id_}))
    if audience == "team":
        return _team(here, subject)
    return _owner(here, subject) if audience == "owner" else _group(here, audience, subject)


def _team(here: Stand, subject: str) -> Whom:
    teams = sorted({row["team"] for row in managers(here) if row["team"]})
    found = next((one for one in teams if one.lower() == subject.lower()), None)
    if found is None:
        raise _nobody("team", subject, teams)
    same = f"team = {literal(found)}"
    ids = [row["id"] for row in managers(here) if row["team"] == found]
    return Whom("team", found, f"team {found}", (f"account.owner.{same}", f"owner.{same}"), _owned(here, ids))


def _owner(here: Stand, subject: str) -> Whom:
    known, word = managers(here), subject.lower()
    found = [row for row in known if word in [(row[name] or "").lower() for name in ("id", "name", "email")]]
    if len(found) > 1:
        listed = ", ".join(f"{row['name']} ({row['id']})" for row in found)
        raise AccountlensError(f"'{subject}' is the name of several account managers: {listed}.", mend="Write the id.")
    if not found:
        raise _nobody("owner", subject, [row["name"] or row["id"] for row in known])
    (row,) = found
    same = f"owner_id = {literal(row['id'])}"
    return Whom("owner", row["id"], row["name"] or row["id"], (f"account.{same}", same), _owned(here, [row["id"]]))


def _group(here: Stand, kind: Audience, subject: str) -> Whom:
    """The accounts of a tier or a segment."""
    known = groups(here, kind)
    found = next((one for one in known if one.lower() == subject.lower()), None)
    if found is None:
        raise _nobody(kind, subject, known)
    rows = here.rows(f"SELECT account_id AS id FROM accounts WHERE {kind} = $value", "accounts", value=found)
    ids = frozenset(row["id"] for row in rows)
    return Whom(kind, found, f"{kind} {found}", (f"{kind} = {literal(found)}",), ids)


def groups(here: Stand, kind: Audience) -> list[str]:
    """The tiers, or the segments, of the accounts that are seen."""
    if not here.has("accounts") or not here.knows("accounts", kind):
        return []
    rows = here.rows(f"SELECT DISTINCT {kind} AS name FROM accounts WHERE {kind} IS NOT NULL ORDER BY 1", "accounts")
    return [row["name"] for row in rows]


def _owned(here: Stand, owners: Sequence[str]) -> frozenset[str]:
    rows = here.rows("SELECT account_id AS id FROM accounts WHERE owner_id IN $owners", "accounts", owners=list(owners))
    return frozenset(row["id"] for row in rows)


def managers(here: Stand) -> list[dict[str, str]]:
    """Who owns accounts that are seen; without employees, their ids alone."""
    if not here.has("accounts") or not here.knows("accounts", "owner_id"):
        return []
    if not here.has("employees"):
        return here.rows("SELECT DISTINCT owner_id AS id, NULL AS name, NULL AS team, NULL AS email FROM accounts "
                         "WHERE owner_id IS NOT NULL ORDER BY 1", "accounts")  # fmt: skip
    known = ((one, here.knows("employees", one)) for one in ("name", "team", "email"))
    told = ", ".join(f"e.{one}" if there else f"NULL AS {one}" for one, there in known)
    join = "accounts a LEFT JOIN employees e ON e.employee_id = a.owner_id WHERE a.owner_id IS NOT NULL"
    sql = f"SELECT DISTINCT a.owner_id AS id, {told} FROM {join} ORDER BY 1"
    return here.rows(sql, "accounts", "employees")


def _nobody(kind: str, subject: str, known: Sequence[str]) -> AccountlensError:
    if not known:
        lacks = {"tier": "a tier", "segment": "a segment"}.get(kind, "an owner")
        mend = f"Map {kind} of accounts" if kind in ("tier", "segment") else "Map owner_id of accounts, and employees"
        what = f"No account that you see has {lacks}, so there is no {kind} '{subject}'."
        return AccountlensError(what, mend=f"{mend}; then refresh.")
    listed = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    what = f"No account that you see belongs to the {kind} '{subject}'."
    return AccountlensError(what, mend=f"{suggest(subject, known)} There are: {listed}.".strip())
