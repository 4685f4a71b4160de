"""The relations of a random messy company: people, mails, touches, events, leads, surveys, tickets and use as plain rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.engine.messy import Dice, Rows

FIRST = datetime(2023, 9, 1)
DAYS = 270  # the last rows lie a little before the present of the session, 2024-06-01
DAY = timedelta(days=1)
KINDS = (
    "page_view", "page_view", "content_downloaded", "form_submitted", "social_interaction", "ad_impression", "chat",
    "call", "call", "meeting", "meeting", "message", "email_replied", "unsubscribed", "webinar_joined",
)  # fmt: skip
ROLES = ("champion", "economic_buyer", "user", "Blocker", None)
SURVEYS = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "enps": (0, 10), "esat": (1, 5)}
FEATURES = ("core", "alerts", "export")


def relations(seed: int, accounts: int = 10, scale: int = 1) -> dict[str, Rows]:
    dice = Dice(seed)
    ids = [f"a{number}" for number in range(accounts)]
    contacts = [_contact(dice, number, ids) for number in range(accounts * 4)]
    staff = [f"e{number}" for number in range(14)]
    tables: dict[str, Rows] = {
        "accounts": [_account(dice, id_) for id_ in ids],
        "account_attributes": _tiers(dice, ids),
        "account_list_members": [_member(dice, id_) for id_ in ids for _ in range(dice.randrange(3))],
        "employees": [
            {"employee_id": id_, "name": id_.upper(), "team": team, "manager_id": "e0"}
            for id_, team in zip(staff, ["north"] * 7 + ["south"] * 4 + ["office"] * 2 + [None], strict=True)
        ],
        "campaigns": [{"campaign_id": f"k{number}", "name": f"K{number}"} for number in range(4)],
        "contacts": contacts,
    }
    doings = [_activity(dice, number, ids, contacts) for number in range(400 * scale)]
    doings += [_at_event(dice, number, contacts) for number in range(60 * scale)]
    doings += [row for number in range(90 * scale) for row in _mail(dice, number, contacts)]
    tables["activities"] = dice.sample(doings, len(doings))
    tables["leads"] = [_lead(dice, number, ids, contacts) for number in range(90 * scale)]
    tables["opportunities"] = [_deal(dice, number, ids) for number in range(40 * scale)]
    tables["account_stage_events"] = [
        {"account_id": dice.choice(ids), "stage": dice.choice(["sqa", "sqa", "mqa"]), "occurred_at": moment(dice)}
        for _ in range(25 * scale)
    ]
    tables["survey_responses"] = [_answer(dice, number, contacts, staff) for number in range(260 * scale)]
    tables["survey_invitations"] = [_invitation(dice, number, contacts) for number in range(150 * scale)]
    tables["advocacy_events"] = [_praise(dice, number, ids) for number in range(60 * scale)]
    tables["tickets"] = [_ticket(dice, number, ids, contacts) for number in range(70 * scale)]
    tables["ticket_comments"] = [row for ticket in tables["tickets"] for row in _comments(dice, ticket)]
    tables["licences"] = [_licence(dice, ids) for _ in range(60 * scale)]
    tables["usage_events"] = [_use(dice, ids, contacts) for _ in range(500 * scale)]
    tables["subscriptions"] = [_subscription(dice, number, ids) for number in range(12 * scale)]
    return tables


def moment(dice: Dice, start: datetime = FIRST, days: int = DAYS) -> datetime:
    """Any second, every fourth a midnight, and often the first of a month."""
    if start == FIRST and dice.random() < 0.15:
        return datetime(2024, dice.choice([1, 2, 3, 4]), 1)
    found = start + timedelta(seconds=dice.randrange(days * 86400))
    return found.replace(hour=0, minute=0, second=0) if dice.random() < 0.25 and found.date() > start.date() else found


def _account(dice: Dice, id_: str) -> dict[str, Any]:
    return {
        "account_id": id_, "name": id_.upper(), "tier": dice.maybe(dice.choice("ABC")), "created_at": dice.maybe(moment(dice), 0.5),
        "fit_score": dice.maybe(float(dice.randint(30, 100))), "owner_id": dice.choice(["e1", "e2"]),
        "employees": dice.maybe(dice.randint(0, 40)), "ultimate_parent_id": id_,
    }  # fmt: skip


def _tiers(dice: Dice, ids: list[str]) -> Rows:
    rows: Rows = []
    for id_ in dice.sample(ids, len(ids) // 2):
        turn = moment(dice)
        rows += [
            {"account_id": id_, "attribute": "tier", "value": "A", "valid_from": None, "valid_to": turn},
            {"account_id": id_, "attribute": "tier", "value": "B", "valid_from": turn, "valid_to": None},
        ]
    return rows


def _member(dice: Dice, id_: str) -> dict[str, Any]:
    joined = moment(dice)
    return {
        "account_id": id_, "list": dice.choice(["target", "target", "key"]), "group": dice.choice(["target", "target", None, "control"]),
        "joined_at": joined, "left_at": dice.maybe(joined + timedelta(hours=dice.randrange(1, 4000)), 0.4),
    }  # fmt: skip


def _contact(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    return {
        "contact_id": f"c{number}", "account_id": dice.maybe(dice.choice(ids), 0.95), "email": f"c{number}@x.example",
        "buying_role": dice.choice(ROLES), "seniority": dice.maybe(dice.choice(["Director", "Staff"])),
        "created_at": dice.maybe(moment(dice), 0.4), "is_internal": dice.maybe(dice.random() < 0.06, 0.5),
    }  # fmt: skip


def _activity(dice: Dice, number: int, ids: list[str], contacts: Rows) -> dict[str, Any]:
    contact = dice.maybe(dice.choice(contacts), 0.75)
    return {
        "activity_id": f"v{number}", "occurred_at": moment(dice), "kind": dice.choice(KINDS),
        "account_id": contact["account_id"] if contact else dice.maybe(dice.choice(ids)),
        "contact_id": contact and contact["contact_id"], "direction": dice.choice(["inbound", "outbound", "outbound", None]),
        "session_id": dice.maybe(f"s{dice.randrange(30)}", 0.4), "status": dice.choice(["completed", "completed", "voicemail", None]),
        "channel": dice.maybe(dice.choice(["web", "mail"])), "campaign_id": dice.maybe(f"k{dice.randrange(4)}", 0.3),
        "is_bot": dice.maybe(dice.random() < 0.1, 0.5), "is_automated": dice.maybe(dice.random() < 0.3),
    }  # fmt: skip


def _at_event(dice: Dice, number: int, contacts: Rows) -> dict[str, Any]:
    contact = dice.choice(contacts)
    return {
        "activity_id": f"w{number}", "occurred_at": moment(dice), "kind": dice.choice(["event_registered", "event_attended"]),
        "account_id": contact["account_id"], "contact_id": dice.maybe(contact["contact_id"]),
        "campaign_id": dice.maybe(f"k{dice.randrange(4)}"), "status": dice.choice(["attended", "attended", None, "no_show"]),
    }  # fmt: skip


def _mail(dice: Dice, number: int, contacts: Rows) -> Rows:
    """A mail with what happens to it; opens before sending, opens of bounced mails and machines are among it."""
    contact, sent = dice.choice(contacts), moment(dice)
    kinds = ["email_sent"] * dice.choice([1, 1, 1, 1, 2, 0])
    kinds += [
        dice.choice(["email_opened", "email_opened", "email_clicked", "email_bounced", "email_delivered"])
        for _ in range(dice.randrange(5))
    ]
    automated = dice.maybe(dice.random() < 0.6)
    return [
        {
            "activity_id": f"m{number}-{index}", "kind": kind, "account_id": contact["account_id"], "contact_id": contact["contact_id"],
            "occurred_at": sent if kind == "email_sent" else sent + timedelta(hours=dice.randrange(-5, 400)),
            "message_id": dice.maybe(f"n{number // 2}", 0.95), "is_automated": automated, "direction": dice.maybe("outbound"),
            "status": dice.choice(["hard", "soft", None]) if kind == "email_bounced" else None,
            "is_bot": dice.maybe(dice.random() < 0.4, 0.5) if kind in ("email_opened", "email_clicked") else None,
        }
        for index, kind in enumerate(kinds)
    ]  # fmt: skip


def _lead(dice: Dice, number: int, ids: list[str], contacts: Rows) -> dict[str, Any]:
    created = moment(dice)
    mail = f"p{dice.randrange(50)}@x.example"
    later = [created + timedelta(hours=dice.randrange(-24, 60 * 24)) for _ in range(2)]
    return {
        "lead_id": f"l{number}", "created_at": created, "email": dice.maybe(mail.upper() if dice.random() < 0.3 else mail, 0.8),
        "account_id": dice.maybe(dice.choice(ids), 0.8), "contact_id": dice.maybe(dice.choice(contacts)["contact_id"], 0.4),
        "source": dice.choice(["web", "fair", None]), "score": dice.maybe(float(dice.randint(0, 150))),
        "became_mql_at": dice.maybe(later[0], 0.6), "became_sql_at": dice.maybe(later[1], 0.5),
        **{word: dice.maybe(dice.random() < 0.7) for word in ("budget", "authority", "need", "timeline")},
    }  # fmt: skip


def _deal(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    created, status = moment(dice), dice.choice(["open", "won", "won", "lost"])
    return {
        "opportunity_id": f"o{number}", "status": status, "created_at": created, "account_id": dice.maybe(dice.choice(ids)),
        "closed_at": created + timedelta(hours=dice.randrange(0, 2000)) if status != "open" else None, "amount": 100.0,
    }  # fmt: skip


def _answer(dice: Dice, number: int, contacts: Rows, staff: list[str]) -> dict[str, Any]:
    survey = dice.choice(["nps", "nps", "csat", "ces", "enps", "enps", "esat"])
    low, high = SURVEYS[survey]
    inside = survey in ("enps", "esat")
    contact = None if inside else dice.choice(contacts)
    return {
        "response_id": f"r{number}", "survey": survey, "answered_at": moment(dice), "score": dice.maybe(float(dice.randint(low, high))),
        "scale_min": dice.maybe(float(low), 0.5), "scale_max": dice.maybe(float(high), 0.5),
        "account_id": contact and contact["account_id"], "contact_id": contact and dice.maybe(contact["contact_id"]),
        "employee_id": dice.maybe(dice.choice(staff)) if inside else None,
    }  # fmt: skip


def _invitation(dice: Dice, number: int, contacts: Rows) -> dict[str, Any]:
    contact = dice.choice(contacts)
    return {
        "invitation_id": f"i{number}", "survey": dice.choice(list(SURVEYS)), "sent_at": moment(dice),
        "account_id": contact["account_id"], "contact_id": contact["contact_id"], "delivered": dice.maybe(dice.random() < 0.9),
    }  # fmt: skip


def _praise(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    at = moment(dice)
    return {
        "event_id": f"b{number}", "occurred_at": at, "account_id": dice.maybe(dice.choice(ids)),
        "kind": dice.choice(["mention", "review", "referral", "reference", "case_study"]),
        "sentiment": dice.choice(["positive", "Positive", "negative", None]), "rating": dice.maybe(float(dice.randint(1, 5))),
        "valid_until": dice.maybe(at + timedelta(days=dice.randrange(1, 400)), 0.5),
    }  # fmt: skip


def _ticket(dice: Dice, number: int, ids: list[str], contacts: Rows) -> dict[str, Any]:
    created = moment(dice)
    solved = dice.maybe(created + timedelta(minutes=dice.randrange(-600, 20000)), 0.75)
    reopened = dice.maybe(created + timedelta(minutes=dice.randrange(0, 30000)), 0.2) if solved else None
    return {
        "ticket_id": f"t{number}", "created_at": created, "account_id": dice.maybe(dice.choice(ids)),
        "contact_id": dice.maybe(dice.choice(contacts)["contact_id"], 0.6), "priority": dice.choice(["high", "low", None]),
        "first_response_at": dice.maybe(created + timedelta(minutes=dice.randrange(-60, 4000)), 0.6), "solved_at": solved,
        "reopened_at": reopened, "status": dice.choice(["open", "pending", None]) if not solved or reopened else "Solved",
    }  # fmt: skip


def _comments(dice: Dice, ticket: dict[str, Any]) -> Rows:
    return [
        {
            "ticket_id": ticket["ticket_id"], "occurred_at": ticket["created_at"] + timedelta(minutes=dice.randrange(-100, 9000)),
            "author_kind": dice.choice(["agent", "customer", "customer", "bot", None]), "is_public": dice.choice([True, True, False, None]),
        }
        for _ in range(dice.choice([0, 0, 1, 3, 5]))
    ]  # fmt: skip


def _licence(dice: Dice, ids: list[str]) -> dict[str, Any]:
    start = moment(dice).replace(hour=0, minute=0, second=0)
    feature = dice.maybe(dice.choice(FEATURES), 0.6)
    return {
        "account_id": dice.choice(ids), "feature": feature, "seats": None if feature else dice.maybe(float(dice.randint(0, 20))),
        "started_on": dice.maybe(start), "ended_on": dice.maybe(start + dice.randrange(1, 150) * DAY, 0.6),
    }  # fmt: skip


def _use(dice: Dice, ids: list[str], contacts: Rows) -> dict[str, Any]:
    contact = dice.choice(contacts)
    known = contact["account_id"] is not None and dice.random() < 0.85
    return {
        "account_id": contact["account_id"] if known else dice.choice(ids), "occurred_at": moment(dice),
        "contact_id": contact["contact_id"] if known else None, "feature": dice.maybe(dice.choice([*FEATURES, "beta"])),
        "count": dice.choice([None, 1.0, 3.0, 0.0]),
    }  # fmt: skip


def _subscription(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    start = moment(dice)
    return {
        "subscription_id": f"u{number}", "account_id": dice.choice(ids), "started_on": start, "mrr": 100.0,
        "ended_on": dice.maybe(start + dice.randrange(1, 200) * DAY, 0.5),
    }  # fmt: skip
