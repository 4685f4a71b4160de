"""Who of an account is engaged, which roles are filled, and which target accounts our program reached, recounted."""

from __future__ import annotations

from tests.oracle.doings import covers, engaged_people, human, known_before, listed, points, window
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio

ROLES = ("champion", "economic_buyer", "decision_maker", "technical")  # required where the workspace names none
OUTREACH = ("call", "meeting", "message", "chat")


def known_contacts(g: Ground, period: Period, group: Group) -> list[Row]:
    """People outside known by the period's end, of accounts of the group."""
    return [
        row
        for row in g.rows("contacts")
        if not row["is_internal"] and known_before(row["created_at"], period.as_of) and group.state(row["account_id"], period.as_of)
    ]  # fmt: skip


@oracle("stakeholders_engaged")
def stakeholders_engaged(g: Ground, period: Period, group: Group) -> float:
    seen = [row for row in window(g, period.as_of, 90) if row["contact_id"] and points(row) > 0]
    return len({row["contact_id"] for row in seen if group.state(row["account_id"], period.as_of)})


@oracle("account_penetration")
def account_penetration(g: Ground, period: Period, group: Group) -> float | None:
    known = {row["contact_id"] for row in known_contacts(g, period, group)}
    return ratio(len(known & engaged_people(g, period.as_of)), len(known))


@oracle("buying_group_coverage")
def buying_group_coverage(g: Ground, period: Period, group: Group) -> float | None:
    accounts = {
        row["account_id"]
        for row in g.rows("accounts")
        if known_before(row["created_at"], period.as_of) and group.state(row["account_id"], period.as_of)
    }
    engaged = engaged_people(g, period.as_of)
    filled = {
        (row["account_id"], row["buying_role"])
        for row in known_contacts(g, period, group)
        if row["contact_id"] in engaged and row["account_id"] in accounts and row["buying_role"] in ROLES
    }
    return ratio(len(filled), len(accounts) * len(ROLES))


@oracle("coverage_multithreading")
def coverage_multithreading(g: Ground, period: Period, group: Group) -> float | None:
    """People engaged of those the opportunity names, else of its account; the mean over open opportunities."""
    people = {row["contact_id"]: row["account_id"] for row in g.rows("contacts") if not row["is_internal"]}
    engaged = engaged_people(g, period.as_of) & people.keys()
    counts: list[float] = []
    for deal in g.rows("opportunities"):
        if is_open(deal, period) and group.state(deal["account_id"], period.as_of):
            named = {
                row["contact_id"]
                for row in g.rows("opportunity_contacts")
                if row["opportunity_id"] == deal["opportunity_id"] and row["contact_id"] in people
            }
            own = {id_ for id_, account in people.items() if account is not None and account == deal["account_id"]}
            counts.append(len(engaged & (named or own)))
    return mean(counts)


def is_open(deal: Row, period: Period) -> bool:
    """Created before the period's end and not decided before it; decided without a date is over."""
    if deal["created_at"] is None or deal["created_at"] >= period.as_of:
        return False
    if deal["status"] == "open":
        return True
    closed = deal["closed_at"]
    return closed is not None and closed >= period.as_of and closed > deal["created_at"]


@oracle("account_reach")
def account_reach(g: Ground, period: Period, group: Group) -> float | None:
    """Target accounts at the end that our program touched in the period, while on the list."""
    targets = {account for account in listed(g, period.as_of) if group.state(account, period.as_of)}
    reached = {
        row["account_id"]
        for row in g.once(human)
        if row["account_id"] in targets and period.has(row["occurred_at"]) and is_program_touch(row, g)
        and on_list(g, row)
    }  # fmt: skip
    return ratio(len(reached), len(targets))


def on_list(g: Ground, touch: Row) -> bool:
    return any(
        row["account_id"] == touch["account_id"] and row["list"] == "target" and row["group"] != "control"
        and covers(row["joined_at"], row["left_at"], touch["occurred_at"])
        for row in g.rows("account_list_members")
    )  # fmt: skip


def is_program_touch(row: Row, g: Ground) -> bool:
    """An impression, a mail of ours that arrived, a visit, or a call, meeting, message or chat from us."""
    if row["kind"] == "email_sent":
        return row["direction"] != "inbound" and not any(
            other["kind"] == "email_bounced" and other["message_id"] == row["message_id"] and other["contact_id"] == row["contact_id"]
            for other in g.rows("activities") if row["message_id"]
        )  # fmt: skip
    if row["kind"] in OUTREACH:
        return bool(row["direction"] == "outbound")
    return row["kind"] in ("ad_impression", "page_view", "email_delivered")
