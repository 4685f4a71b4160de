"""The people of an account: who plays which part in buying, how close we are to each, and where nobody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.errors import AccountlensError, RowsElsewhereError
from accountlens.pages.needs import Need
from accountlens.pages.signs import CONTACT_SIGNS, signs
from accountlens.pages.stand import Elsewhere, Record, Stand, days_between, names_of, only, stand
from accountlens.workspace.asking import Asking

COVERAGE = "buying_group_coverage"
WINDOW = "last-90-days"
CHAMPION = "champion"
# Columns by which a workspace may tell whom somebody reports to, and that somebody left, as contacts bring them along.
REPORTS_TO = ("reports_to", "reports_to_id", "reports_to_contact_id", "manager_id", "manager_contact_id")
LEFT = ("left_at", "left_on", "gone_at")


@dataclass(frozen=True)
class DealPart:
    """An open opportunity a contact has a part in."""

    opportunity_id: str
    name: str | None
    role: str | None


@dataclass(frozen=True)
class Contact:
    """`points`, `inbound`, `outbound` are of the last 90 days; `reports_to` is another contact's id.

    They are None where single rows of activities lie in a warehouse: there nothing is counted by person.

    `last_at` is the last touch either way. `silent_days` since a sign of theirs (something written, said or visited, a
    ticket, an answer, use of the product); None where there never was one.
    """

    contact_id: str
    name: str | None
    email: str | None
    title: str | None
    seniority: str | None
    buying_role: str | None
    reports_to: str | None
    points: float | None
    inbound: int | None
    outbound: int | None
    last_at: datetime | None
    last_kind: str | None
    last_direction: str | None
    last_by: str | None
    heard_at: datetime | None
    silent_days: int | None
    left: str | None  # why we think so
    deals: Sequence[DealPart]


@dataclass(frozen=True)
class BuyingRole:
    """A role that the buying group must have: who is known in it, and whether anybody of them is engaged."""

    role: str
    contacts: Sequence[str]
    engaged: bool | None


@dataclass(frozen=True)
class Gap:
    """`kind`: role_unknown, role_not_engaged, silent, champion_left. `contacts` are ids."""

    kind: str
    what: str
    contacts: Sequence[str]


@dataclass(frozen=True)
class PeopleMap:
    """`coverage` is the KPI over the last 90 days, with its interval; None where it is unknown.

    `apart`: the warehouse that has what engagement by person is counted from, where that is not told.
    """

    account_id: str
    contacts: Sequence[Contact]
    roles: Sequence[BuyingRole]
    coverage: Mapping[str, Any] | None
    gaps: Sequence[Gap]
    needs: Sequence[Need]
    apart: Elsewhere | None = None


def people_map(workspace: Asking, account: str, *, silent_days: int = 60, snapshot: str | None = None) -> PeopleMap:
    """Everybody we know there, those closest to us first; our own people are left out.

    Args:
        silent_days: whoever has a part, was there before and gave no sign for so many days is told among the gaps.
    """
    if silent_days < 1:
        raise AccountlensError(f"{silent_days} days are no silence.", mend="Give one day or more.")
    here = stand(workspace, snapshot)
    id = here.account(account)["account_id"]
    needs = _needs(here)
    contacts = _contacts(here, id)
    roles_known = not any(need.lacks in ("contacts", "contacts.buying_role") for need in needs)
    coverage, engaged = _coverage(here, id) if roles_known else (None, {})
    roles = [
        BuyingRole(role, [one.contact_id for one in contacts if one.buying_role == role], known)
        for role, known in engaged.items()
    ]
    gaps = [*_role_gaps(roles), *_people_gaps(contacts, roles, silent_days)]
    uncounted = any(one.points is None for one in contacts)
    return PeopleMap(id, contacts, roles, coverage, gaps, needs, here.elsewhere if uncounted else None)


def _contacts(here: Stand, account: str) -> list[Contact]:
    rows = here.rows(
        f"""SELECT contact_id, name, email, title, seniority, buying_role, {_first(here, REPORTS_TO)} AS reports_to,
            CAST({_first(here, LEFT)} AS TIMESTAMP) AS left_at
        FROM contacts WHERE account_id = $account AND NOT COALESCE(is_internal, FALSE)
            AND (created_at IS NULL OR created_at < $now)""",
        "contacts", account=account, now=here.now,
    )  # fmt: skip
    found = _figures(here, account)
    touches, bounced, deals = _touches(here, account), _bounced(here, account), _deals(here, account)
    known = {row["contact_id"] for row in rows}
    people = [
        _contact(here, row, None if found is None else found.get(row["contact_id"], {}),
                 touches.get(row["contact_id"], {}), bounced.get(row["contact_id"]),
                 deals.get(row["contact_id"], []), known)
        for row in rows
    ]  # fmt: skip
    return sorted(people, key=_closeness)


def _closeness(one: Contact) -> tuple[float, int, str]:
    """Those closest to us first."""
    return -(one.points or 0), -(one.last_at or datetime.min).toordinal(), one.contact_id


def _contact(
    here: Stand, row: Record, figures: Mapping[str, float] | None, touch: Record, bounced: datetime | None,
    deals: Sequence[DealPart], known: set[str],
) -> Contact:  # fmt: skip
    heard = touch.get("heard_at")
    same = {name: row[name] for name in ("contact_id", "name", "email", "title", "seniority", "buying_role")}
    return Contact(
        **same,
        reports_to=row["reports_to"] if row["reports_to"] in known else None,
        points=None if figures is None else figures.get("engagement_score", 0.0),
        inbound=None if figures is None else int(figures.get("inbound_touches", 0)),
        outbound=None if figures is None else int(figures.get("outbound_touches", 0)),
        last_at=touch.get("last_at"),
        last_kind=touch.get("kind"),
        last_direction=touch.get("direction"),
        last_by=touch.get("employee"),
        heard_at=heard,
        silent_days=days_between(here, heard, here.now) if heard else None,
        left=_left(here, row["left_at"], bounced, heard),
        deals=deals,
    )


def _left(here: Stand, left_at: datetime | None, bounced: datetime | None, heard: datetime | None) -> str | None:
    """Whoever the data say has left; else whose mail came back for good and who gave no sign since."""
    if left_at is not None and left_at < here.now:
        return f"left on {here.ground.clock.local(left_at):%Y-%m-%d}"
    if bounced is not None and (heard is None or heard < bounced):
        return f"mail came back for good on {here.ground.clock.local(bounced):%Y-%m-%d}"
    return None


def _first(here: Stand, columns: Sequence[str]) -> str:
    """The first of these columns that the contacts of the workspace have."""
    return next((f'"{column}"' for column in columns if here.knows("contacts", column)), "CAST(NULL AS VARCHAR)")


def _figures(here: Stand, account: str) -> dict[str, dict[str, float]] | None:
    """Contact → KPI → its value over the last 90 days; None where the rows these are counted from are not here."""
    kpis = here.can("engagement_score", "inbound_touches", "outbound_touches")
    found: dict[str, dict[str, float]] = {}
    try:
        asked = here.ask(kpis, by="contact_id", where=only(account), period=WINDOW, totals="none") if kpis else None
    except RowsElsewhereError:
        return None
    for row in asked.rows() if asked else ():
        found.setdefault(row["by"]["contact_id"], {})[row["kpi"]] = row["value"] or 0
    return found


def _touches(here: Stand, account: str) -> dict[str, Record]:
    """Contact → the last touch, and when they last gave a sign: wrote, came, asked for help, answered or used."""
    given, reads = signs(here, "t.account_id = $account AND {at} < $now")
    rows = here.rows(
        f"""SELECT g.contact_id, MAX(g.at) FILTER (WHERE g.is_touch) AS last_at,
            ARG_MAX(g.kind, g.at) FILTER (WHERE g.is_touch) AS kind,
            ARG_MAX(g.direction, g.at) FILTER (WHERE g.is_touch) AS direction,
            ARG_MAX(g.employee_id, g.at) FILTER (WHERE g.is_touch) AS employee_id,
            MAX(g.at) FILTER (WHERE g.is_sign) AS heard_at
        FROM ({given}) g GROUP BY g.contact_id""",
        *reads, account=account, now=here.now,
    )  # fmt: skip
    names = names_of(here, "employees", "employee_id", [row["employee_id"] for row in rows if row["employee_id"]])
    return {row["contact_id"]: row | {"employee": names.get(row["employee_id"])} for row in rows}


def _bounced(here: Stand, account: str) -> dict[str, datetime]:
    table, column = (CONTACT_SIGNS, "bounced_at") if here.lacks("emails") else ("emails", "hard_bounced_at")
    rows = here.rows(
        f"""SELECT contact_id, MAX({column}) AS at FROM {table}
        WHERE account_id = $account AND {column} < $now AND contact_id IS NOT NULL GROUP BY contact_id""",
        table, account=account, now=here.now,
    )  # fmt: skip
    return {row["contact_id"]: row["at"] for row in rows}


def _deals(here: Stand, account: str) -> dict[str, list[DealPart]]:
    rows = here.rows(
        """SELECT c.contact_id, o.opportunity_id, o.name, c.role FROM opportunities o
        JOIN opportunity_contacts c ON c.opportunity_id = o.opportunity_id
        WHERE o.account_id = $account AND o.status = 'open' ORDER BY o.amount DESC NULLS LAST, o.opportunity_id""",
        "opportunities", "opportunity_contacts", account=account,
    )  # fmt: skip
    found: dict[str, list[DealPart]] = {}
    for row in rows:
        found.setdefault(row.pop("contact_id"), []).append(DealPart(**row))
    return found


def _coverage(here: Stand, account: str) -> tuple[Record | None, dict[str, bool | None]]:
    """The KPI, and each role it requires with whether somebody in it is engaged."""
    if COVERAGE not in here.ground.catalog.kpis:
        return None, {}
    try:
        rows = here.ask([COVERAGE], by="buying_role", where=only(account), period=WINDOW).rows()
    except RowsElsewhereError:
        return None, dict.fromkeys(_required(here, account))
    told = {name: rows[-1][name] for name in ("value", "n", "lower", "upper", "parts", "flags")}
    known = rows[-1]["value"] is not None
    roles = [row for row in rows[:-1] if (row["parts"].get("required_roles") or 0) > 0]
    engaged = {row["by"]["buying_role"]: (row["value"] or 0) > 0 if known else None for row in roles}
    return told if known else None, engaged


def _required(here: Stand, account: str) -> list[str]:
    rows = here.rows(
        "SELECT buying_role FROM required_roles WHERE account_id = $account ORDER BY buying_role",
        "required_roles", account=account,
    )  # fmt: skip
    return [row["buying_role"] for row in rows]


def _role_gaps(roles: Sequence[BuyingRole]) -> list[Gap]:
    nobody = [Gap("role_unknown", f"Nobody is known as {_role(one.role)}.", ()) for one in roles if not one.contacts]
    quiet = [
        Gap("role_not_engaged", f"No {_role(one.role)} did anything in the last 90 days.", one.contacts)
        for one in roles
        if one.contacts and one.engaged is False
    ]
    return nobody + quiet


def _role(role: str) -> str:
    return role.replace("_", " ")


def _people_gaps(contacts: Sequence[Contact], roles: Sequence[BuyingRole], silent_days: int) -> list[Gap]:
    """Champions who left, and whoever matters and has been silent; those of open deals, then who went silent last."""
    gone = [one for one in contacts if one.left and one.buying_role == CHAMPION]
    found = [Gap("champion_left", f"{_called(one)}, champion, {one.left}.", (one.contact_id,)) for one in gone]
    matter = {CHAMPION, *(role.role for role in roles)}
    silent = [
        (one.silent_days, one)
        for one in contacts
        if not one.left and (one.deals or one.buying_role in matter)
        if one.silent_days is not None and one.silent_days >= silent_days
    ]
    silent.sort(key=lambda pair: (not pair[1].deals, pair[0], pair[1].contact_id))
    for days, one in silent:
        part = _role(one.buying_role) if one.buying_role else "in an open deal"
        found.append(Gap("silent", f"{_called(one)}, {part}: no sign for {days} days.", (one.contact_id,)))
    return found


def _called(contact: Contact) -> str:
    return contact.name or contact.contact_id


def _needs(here: Stand) -> list[Need]:
    needs = here.lacking("engagement and last contact of each person", "activities")
    return needs + here.unfilled("who plays which part in buying", "contacts", "buying_role")
