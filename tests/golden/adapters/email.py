"""E-mail: messages sent, bounced, opened and clicked, as counts or one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.golden.adapters.shapes import AGGREGATES, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given, NotRunError, split
from tests.golden.world import Rows, Scenario

WHEN = f"sent_at sent_on {MOMENT}"
WHO = "contact contact_id recipient person email to user"
MESSAGE = "message message_id mail email_id campaign"
MESSAGES = "messages emails mails sends recipients"
OPENED = "opens opened opened_at"
CLICKED = "clicks clicked clicked_at"
KINDS = {  # in the order in which they come about
    "email_sent": "sent send email_sent",
    "email_bounced": "bounce bounced hard_bounce soft_bounce email_bounced hard soft",
    "email_delivered": "delivered email_delivered",
    "email_opened": "open opened email_opened email_open machine_open",
    "email_clicked": "click clicked email_clicked email_click",
    "email_replied": "reply replied email_replied",
    "unsubscribed": "unsubscribe unsubscribed",
}


def rates(case: Case) -> list[Scenario]:
    """Counts, messages with what became of them, or a log of mail events."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row))
    elif case.has(MESSAGES):
        scenarios = [_messages(case)]
    else:
        scenarios = [_events(case)]
    return finished(case, scenarios, FIELDS, "email_open_rate" if case.kpi == "email_rates" else None)


def _mail(rows: Rows, kind: str, who: str, message: str, at: datetime, **more: object) -> None:
    account = rows.account("account1")
    rows.add(
        "activities",
        activity_id=rows.fresh("mail"),
        occurred_at=at,
        kind=kind,
        account_id=account,
        contact_id=rows.contact(account, who),
        message_id=message,
        direction="outbound" if kind == "email_sent" else "inbound",
        **more,
    )


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """One message to so many people: those at the end bounce, those at the front open and click."""
    sent, hard, soft = _sent(row)
    people, sending = [f"person{number}" for number in range(sent)], frame(case)[1]
    rows.ensure("activities", "contacts")
    for who in people:
        _mail(rows, "email_sent", who, "message1", sending, is_automated=True)
    later = sending + timedelta(hours=1)
    for number, who in enumerate(people[sent - hard - soft :]):
        _mail(rows, "email_bounced", who, "message1", later, status="soft" if number < soft else "hard")
    opens, clicks = row.whole("unique_opens opens opened"), row.whole("unique_clicks clicks clicked")
    all_opens, all_clicks = row.whole("total_opens", default=opens), row.whole("total_clicks", default=clicks)
    for kind, unique, total in (("email_opened", opens, all_opens), ("email_clicked", clicks, all_clicks)):
        for who in [*people[:unique], *people[:1] * (total - unique)]:
            _mail(rows, kind, who, "message1", later)
    for who in people[opens : opens + row.whole("machine_opens proxy_opens")]:
        _mail(rows, "email_opened", who, "message1", later, is_bot=True)


def _sent(row: Given) -> tuple[int, int, int]:
    """Mails sent, and those that bounced hard and softly. What was not delivered bounced."""
    hard = row.whole("hard_bounces hard_bounced hard bounced bounces bounce")
    soft = row.whole("soft_bounces soft_bounced soft")
    delivered = row.number("delivered emails_delivered delivered_emails")
    sent = row.number("sent emails_sent sends recipients")
    if sent is None and delivered is None:
        raise NotRunError(f"mails neither sent nor delivered: {row.data}")
    if sent is None or delivered is None:
        return int(sent if sent is not None else (delivered or 0) + hard + soft), hard, soft
    return int(sent), int(sent - delivered - soft), soft


def _messages(case: Case) -> Scenario:
    rows, groups = Rows(), case.group(MESSAGES)
    rows.ensure("activities", "contacts")
    for number, row in enumerate(groups):
        who, message = row.text(WHO, "id") or f"person{number}", row.text(MESSAGE) or "message1"
        sent = row.when(WHEN) or frame(case)[1]
        automated = row.take("is_automated automated", default=True)
        _mail(rows, "email_sent", who, message, sent, is_automated=automated)
        if bounced := row.take("bounced bounce"):
            status = "soft" if bounced == "soft" else "hard"
            _mail(rows, "email_bounced", who, message, sent + timedelta(minutes=1), status=status)
        machine = bool(row.take("machine is_machine machine_open is_bot")) or None
        for moment in _happened(row, OPENED, sent):
            _mail(rows, "email_opened", who, message, moment, is_bot=machine)
        for moment in _happened(row, CLICKED, sent):
            _mail(rows, "email_clicked", who, message, moment)
    return timed(case, Scenario(rows), *moments(groups, WHEN))


def _happened(row: Given, names: str, sent: datetime) -> list[datetime]:
    """`opened: true`, `opens: 3` or `opened_at: …`."""
    found = row.take(names)
    if isinstance(found, str):
        moment = row.when(names)
        return [moment] if moment else []
    return [sent + timedelta(hours=1)] * int(found or 0)


def _events(case: Case) -> Scenario:
    rows, groups = Rows(), case.need("events activities log rows")
    for row in groups:
        word = str(row.text("kind type event action")).lower()
        kind = next((kind for kind, words in KINDS.items() if word in split(words)), None)
        if kind is None:
            raise NotRunError(f"'{word}' is nothing that happens to a mail")
        told = "hard" if "hard" in word else "soft" if "soft" in word else None
        _mail(
            rows,
            kind,
            row.text(WHO) or "person1",
            row.text(MESSAGE) or "message1",
            row.when(WHEN) or frame(case)[1] + timedelta(hours=list(KINDS).index(kind)),
            status=row.text("status bounce_type") or told,
            is_bot=row.take("machine is_machine is_bot bot") or word == "machine_open" or None,
            is_automated=row.take("is_automated automated"),
        )
    return timed(case, Scenario(rows), *moments(groups, WHEN))


FIELDS: dict[str, Reading] = {
    **named("open_rate email_open_rate open", answer("email_open_rate")),
    **named("click_rate email_click_rate ctr click_through_rate", answer("email_click_rate")),
    **named("ctor email_ctor click_to_open_rate", answer("email_ctor")),
    **named("bounce_rate hard_bounce_rate email_hard_bounce_rate", answer("email_hard_bounce_rate")),
    **named("soft_bounce_rate email_soft_bounce_rate", answer("email_soft_bounce_rate")),
    "sent": part("email_hard_bounce_rate", "sent"),
    "delivered": part("email_open_rate", "delivered"),
    **named("unique_opens opens", part("email_open_rate", "unique_opens")),
    **named("unique_clicks clicks", part("email_click_rate", "unique_clicks")),
    **named("open_rate_of_sent open_rate_sent", answer("email_open_rate", per="sent")),
    "open_rate_with_machine": answer("email_open_rate", include_machine=True),
}
