"""What is due is sent once: to each his own rows, again where it surely did not arrive, never where it may have."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from tests.delivery.conftest import FINE, ME, MONDAY, SECRET, House, minutes
from tests.delivery.mail import Mailbox, mailbox, text_of
from tests.servers.api import Answer, Api, Application

from accountlens.delivery import http, log, plans
from accountlens.delivery.channels import folder, slack, smtp, teams, webhook
from accountlens.delivery.log import Status
from accountlens.delivery.parcel import Attachment, Envelope, Parcel
from accountlens.delivery.plans import Draft
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.people import users
from accountlens.people.users import Change
from accountlens.push.schedule import push_due
from accountlens.sources.secrets import Secrets
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

Serve = Callable[[Application], Api]
MAIL = "mail: {{type: smtp, host: 127.0.0.1, port: {port}, security: none, from: KPIs <kpis@acme.example>}}"
HOOK = "crm: {{type: webhook, url: '{url}/in', secret: '${{HOOK_SECRET}}'}}"
WEEK = timedelta(days=7)
NEXT = MONDAY + WEEK
WEEKLY = "every Monday 08:00"
ENVELOPE = Envelope("msg_0123456789ab", "", "Weekly", "kpis", NEXT, "all accounts")


def certificate(authority: Path) -> ssl.SSLContext:
    """Of a server that only these tests know, by an authority that is written to a file."""
    own = trustme.CA()
    own.cert_pem.write_to_path(str(authority))
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.issue_cert("127.0.0.1").configure_cert(found)
    return found


def ok(_: object) -> Answer:
    return FINE


def figure(text: str) -> str:
    """The one figure of the digest."""
    return next(line for line in text.splitlines() if line.startswith("Sales revenue")).split(": ")[1].split(" EUR")[0]


def test_each_recipient_is_sent_the_rows_he_sees(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "ann@acme.example", "ben@acme.example", "vic@acme.example")
    assert house.run(NEXT - minutes(1)).sendings == ()
    done = house.run(NEXT + minutes(1))
    assert [one.status for one in done.sendings] == [Status.SENT] * 3
    assert {who: figure(text_of(mail)) for who, mail in zip(post.to, post.mails, strict=True)} == {
        "ann@acme.example": "350", "ben@acme.example": "1,000", "vic@acme.example": "1,350",
    }  # fmt: skip
    parts = (
        part for who, mail in zip(post.to, post.mails, strict=True) if who.startswith("ben") for part in mail.walk()
    )
    assert not any("350" in str(part.get_content()) for part in parts if part.get_content_maintype() == "text")
    assert house.run(NEXT + minutes(2)).sendings == ()
    assert done.next == (done.sendings[0].name, NEXT + WEEK)


def test_addresses_of_elsewhere_need_an_audience_and_are_told_whose_accounts_they_see(
    house: House, post: Mailbox
) -> None:
    house.channels(MAIL.format(port=post.port))
    with pytest.raises(AccountlensError, match=r"'eve@else.example' is nobody who signs in here.*needs an audience"):
        house.add(WEEKLY, "mail", "eve@else.example")
    house.add(WEEKLY, "mail", "eve@else.example", audience="ben@acme.example")
    house.run(NEXT)
    assert (post.to, figure(text_of(post.mails[0]))) == (["eve@else.example"], "1,000")
    assert "Of the 1 account Ben sees." in text_of(post.mails[0])


def test_whoever_is_deactivated_or_sees_nothing_is_sent_nothing(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "ann@acme.example", "ben@acme.example")
    store = house.workspace.store
    users.change(store, ME, house.user("ann").id, Change(active=False))
    users.change(store, ME, house.user("ben").id, Change(employee_id="E9"))
    house.run(NEXT)
    assert {one.status for one in house.log()} == {Status.NOTHING}
    assert any("Ann is deactivated." in one.detail for one in house.log())
    assert post.mails == []


def test_a_mail_shows_itself_as_text_page_and_file_and_names_its_sending(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example", name="Sales:\n<b>weekly</b>")
    house.run(NEXT)
    (mail,) = post.mails
    assert mail["Subject"] == "Sales: <b>weekly</b>: 2026-05-01 to 2026-05-31"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert house.log()[0].id in mail["Message-ID"]
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain", "text/html", "text/csv",
    ]  # fmt: skip
    page = mail.get_body(("html",))
    assert page is not None
    assert "&lt;b&gt;weekly&lt;/b&gt;" in page.get_content()
    assert "<b>weekly" not in page.get_content()


def test_a_mail_server_that_cannot_be_reached_is_tried_later_then_given_up_and_the_admin_told(
    house: House, post: Mailbox
) -> None:
    house.channels(MAIL.format(port=1).replace("mail:", "main:") + "\n" + MAIL.format(port=post.port))
    house.add(WEEKLY, "main", "vic@acme.example")
    now, waits = NEXT, []
    for _ in smtp.WAITS:
        (one,) = house.run(now).sendings
        assert (one.status, one.next_try_at) == (Status.WAITING, now + smtp.WAITS[len(waits)])
        assert "The mail server cannot be used" in one.detail
        assert house.run(now + minutes(0.5)).sendings == (), "not before its time"
        waits.append(now)
        now = one.next_try_at or now
    failed, notice = house.run(now).sendings
    assert (failed.status, notice.status) == (Status.FAILED, Status.SENT)
    assert post.to == ["root@acme.example"]
    assert "by main to Vic <vic@acme.example>: failed." in text_of(post.mails[0])
    assert house.run(now + timedelta(days=1)).sendings == (), "given up, and told once"


def test_a_mail_server_that_comes_back_is_used_and_nothing_is_sent_twice(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example")
    post.refuse["RCPT"] = "451 4.3.0 try later"
    assert house.run(NEXT).sendings[0].status is Status.WAITING
    post.refuse.clear()
    assert house.run(NEXT + minutes(1)).sendings[0].status is Status.SENT
    house.run(NEXT + minutes(60))
    assert len(post.mails) == 1


@pytest.mark.parametrize(("step", "said"), [("RCPT", "550 5.1.1 nobody here"), ("DATA", "554 5.7.1 no such content")])
def test_what_a_mail_server_refuses_for_good_is_not_tried_again(
    house: House, post: Mailbox, step: str, said: str
) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example")
    post.refuse[step] = said
    (one,) = house.run(NEXT).sendings
    assert one.status is Status.FAILED
    assert said in one.detail


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_mail_whose_end_is_not_known_is_shown_so_and_never_sent_again_by_itself(
    house: House, post: Mailbox, breaks: str
) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example")
    post.breaks = breaks
    (one,) = house.run(NEXT).sendings
    assert one.status is Status.UNKNOWN
    post.breaks = ""
    for days in (1, 6):
        house.run(NEXT + timedelta(days=days))
    assert len(post.mails) == (breaks == "after")
    store = house.workspace.store
    with pytest.raises(AccountlensError, match=r"may have arrived.*--even-if-sent"):
        log.try_again(store, ME, one.id)
    log.try_again(store, ME, one.id, even_if_sent=True)
    assert one.id in _at_once(house)


def _at_once(house: House) -> list[str]:
    """What is sent at the real present, at which somebody asked for it."""
    return [one.id for one in house.run(utc_now()).sendings if one.status is Status.SENT]


def test_a_mail_server_that_says_nothing_is_left_and_the_mail_is_unknown(
    house: House, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SILENT_SECONDS", 0.3)
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example")
    post.slow_seconds = 1.5
    (one,) = house.run(NEXT).sendings
    assert one.status is Status.UNKNOWN
    assert "timed out" in one.detail


def test_a_webhook_is_signed_as_the_specification_says(house: House, hook: Serve) -> None:
    server = hook(ok)
    house.channels(HOOK.format(url=server.url))
    house.add(WEEKLY, "crm", audience="all")
    house.run(NEXT)
    (asked,) = server.asked
    headers = {name.lower(): value for name, value in asked.headers.items()}
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{asked.body}".encode()
    assert (
        headers["webhook-signature"]
        == f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
    )
    assert headers["webhook-id"] == house.log()[0].id
    told = json.loads(asked.body)
    assert (told["type"], told["timestamp"]) == ("delivery.kpis", "2026-06-08T06:00:00Z")
    assert figure(told["data"]["text"]) == "1,350"
    assert b"sales_revenue" in base64.b64decode(told["data"]["attachments"][0]["base64"])


def test_a_webhook_that_answers_500_is_tried_again_with_the_same_key_then_is_a_dead_letter(
    house: House, hook: Serve
) -> None:
    server = hook(lambda _: Answer({"message": "oops"}, 500))
    house.channels(HOOK.format(url=server.url))
    house.add("first day of the year 08:00", "crm", audience="all", since=datetime(2025, 12, 1))
    moment = datetime(2026, 1, 1, 7)
    for tries, wait in enumerate(http.WAITS, start=1):
        (one,) = house.run(moment).sendings
        assert (one.status, one.tries, one.next_try_at) == (Status.WAITING, tries, moment + wait)
        moment += wait
    (one,) = house.run(moment).sendings
    assert one.status is Status.FAILED
    assert "It answers 500" in one.detail
    keys = {
        next(value for name, value in asked.headers.items() if name.lower() == "webhook-id") for asked in server.asked
    }
    assert (len(server.asked), keys) == (len(http.WAITS) + 1, {one.id})
    server.application = ok
    log.try_again(house.workspace.store, ME, one.id)
    assert one.id in _at_once(house)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("", 302, {"Location": "http://169.254.169.254/latest"}), "It answers 302 and points to 169.254.169.254; that is not followed"),
        (Answer("", 307, {"Location": "/elsewhere"}), "It answers 307 and points to elsewhere; that is not followed"),
        (Answer("busy", 429, {"Retry-After": "7200"}), "It answers 429 busy"),
        (Answer("ok", cut=True), ""),
        (Answer("late", slow_seconds=1), "did not answer|fell silent|timed out"),
    ],
    ids=["redirected", "redirected within", "too many", "cut", "hangs"],
)  # fmt: skip
def test_a_webhook_that_does_wrong_is_tried_again_and_never_followed_elsewhere(
    house: House, hook: Serve, monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    monkeypatch.setattr(http, "IN_ALL_SECONDS", 0.4)
    server = hook(lambda _: answer)
    house.channels(HOOK.format(url=server.url))
    house.add(WEEKLY, "crm", audience="all")
    (one,) = house.run(NEXT).sendings
    if answer.cut:
        assert one.status is Status.SENT, "its 200 came before the connection ended"
        return
    assert one.status is Status.WAITING
    assert re.search(said, one.detail), one.detail
    assert one.next_try_at == NEXT + (timedelta(hours=2) if answer.code == 429 else http.WAITS[0])
    assert [asked.path for asked in server.asked] == ["/in"]


def test_a_webhook_that_is_gone_is_not_asked_again(house: House, hook: Serve) -> None:
    server = hook(lambda _: Answer("", 410))
    house.channels(HOOK.format(url=server.url))
    house.add(WEEKLY, "crm", audience="all")
    assert house.run(NEXT).sendings[0].status is Status.FAILED


def test_what_anybody_on_the_way_could_read_is_not_sent(house: House) -> None:
    house.channels("crm: {type: webhook, url: 'http://intra.acme.example/in', secret: '${HOOK_SECRET}'}")
    house.add(WEEKLY, "crm", audience="all")
    (one,) = house.run(NEXT).sendings
    assert (one.status, "begins with http://" in one.detail) == (Status.FAILED, True)


def test_slack_and_teams_are_sent_what_they_read_and_no_markup_of_names(
    house: House, hook: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = hook(ok)
    monkeypatch.setenv("SLACK", f"{server.url}/slack/T0/secret")
    monkeypatch.setenv("TEAMS", f"{server.url}/teams")
    house.channels("team: {type: slack, url: '${SLACK}'}\nchat: {type: teams, url: '${TEAMS}'}")
    house.add(WEEKLY, "chat", audience="all", name="*Bold* [x](http://evil.example)")
    house.add(WEEKLY, "team", audience="all", name="<!channel> & <http://evil.example|x>")
    assert {one.status for one in house.run(NEXT).sendings} == {Status.SENT}
    told = {asked.path: asked.json for asked in server.asked}
    slack, teams = told["/slack/T0/secret"], told["/teams"]
    assert slack["text"].startswith("&lt;!channel&gt; &amp; &lt;http")
    assert {block.get("text", block.get("elements", [{}])[0])["type"] for block in slack["blocks"]} == {"plain_text"}
    assert "1,350 EUR" in json.dumps(slack, ensure_ascii=False)
    (card,) = teams["attachments"]
    assert (teams["type"], card["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert {block["type"] for block in card["content"]["body"]} == {"RichTextBlock"}, "which reads no Markdown"
    assert "1,350 EUR" in json.dumps(card, ensure_ascii=False)


def test_long_texts_are_cut_to_what_slack_and_teams_take() -> None:
    long = Parcel("s" * 400, "\n".join(["é" * 4000] + ["line"] * 5000), "")
    told = slack.message(long, ENVELOPE)
    assert len(told["blocks"]) <= 50
    assert max(len(block["text"]["text"]) for block in told["blocks"] if "text" in block) <= 3000
    assert len(json.dumps(teams.message(long, ENVELOPE), ensure_ascii=False).encode()) < 28 * 1024


def test_a_folder_takes_each_sending_once_and_nothing_leads_out_of_it(house: House) -> None:
    house.channels("archive: {type: folder, path: sent}")
    house.add(WEEKLY, "archive", audience="all", name="../../Weekly / x")
    house.run(NEXT)
    (place,) = (house.folder / "sent").iterdir()
    assert place.name.startswith("2026-06-08-0600-Weekly-x-")
    assert sorted(file.name for file in place.iterdir()) == ["index.html", "kpis.csv", "text.txt"]
    parcel = Parcel("again", "again", "again", (Attachment("../../x", "text/plain", b"x"),))
    envelope = replace(ENVELOPE, id=house.log()[0].id, name="../../Weekly / x", due_at=NEXT)
    folder.send(folder.Settings(path="sent"), parcel, envelope, Secrets(house.folder), lambda: None)
    assert [one.name for one in (house.folder / "sent").iterdir()] == [place.name]
    assert sorted(file.name for file in place.iterdir()) == ["index.html", "text.txt", "x"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_goes_encrypted_and_signed_in_to_a_server_whose_certificate_is_trusted(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, security: str
) -> None:
    wrapped, authority = security == "tls", tmp_path / "authority.pem"
    with mailbox(tls=certificate(authority), wrapped=wrapped, signed=True) as post:
        way = f"type: smtp, host: 127.0.0.1, port: {post.port}, security: {security}, from: kpis@acme.example"
        own = f"ca: '{authority}'"
        sign = "user: kpis, password: '${MAIL_PASSWORD}'"
        house.channels(f"good: {{{way}, {own}, {sign}}}\nstranger: {{{way}, {sign}}}\nnobody: {{{way}, {own}}}")
        for name in ("good", "nobody", "stranger"):
            house.add(WEEKLY, name, "vic@acme.example")
        found = {one.channel: one for one in house.run(NEXT).sendings if one.delivery_id != "notice"}
        assert found["good"].status is Status.SENT
        assert (set(post.encrypted), set(post.signed_in), post.to.count("vic@acme.example")) == ({True}, {True}, 1)
        assert "certificate verify failed" in found["stranger"].detail
        assert "530" in found["nobody"].detail
        monkeypatch.setenv("MAIL_PASSWORD", "wrong")
        house.run(NEXT + WEEK)
        last = house.log(channel="good")[-1]
        assert (last.status, "535" in last.detail, "wrong" in last.detail) == (Status.WAITING, True, False)


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        ("a: {type: smpt, host: x}", "There is no kind of channel 'smpt'.*Did you mean 'smtp'"),
        ("a: {type: smtp, host: x, from: y@z.example, password: hunter2, user: u}", "a secret is named here, not written"),
        ("a: {type: smtp, host: x, from: nobody}", "'nobody' is no e-mail address"),
        ("a: {type: smtp, host: x.example, from: y@z.example, security: none, user: u, password: '${P}'}", "for everybody on the way to read"),
        ("a: {type: slack, url: 'https://hooks.slack.com/services/T/B/x'}", "a secret is named here, not written"),
        ("a: {type: webhook, url: 'https://x.example/?token=abc', secret: '${S}'}", "a secret stands in the address"),
        ("a: {type: folder, path: x, mode: y}", "Unknown key 'mode'"),
    ],
)  # fmt: skip
def test_channels_that_cannot_be_are_refused_with_their_line(house: House, channel: str, why: str) -> None:
    house.channels(channel)
    with pytest.raises(ProblemsError, match=f"accountlens.yaml:8: .*{why}"):
        house.run(NEXT)


def test_what_is_late_by_more_than_the_grace_is_skipped_and_told_and_of_many_only_the_newest_sent(
    house: House, post: Mailbox
) -> None:
    house.channels(MAIL.format(port=post.port), grace="2h")
    house.add("every 15 minutes", "mail", "vic@acme.example")
    house.run(MONDAY + timedelta(days=30))
    assert [one.status for one in house.log() if one.delivery_id != "notice"] == [Status.SKIPPED, Status.SENT]
    skipped = house.log(status=Status.SKIPPED)[0]
    assert "Nothing ran the 2879 times it was due, from 2026-06-01 06:15 UTC on; the newest is sent" in skipped.detail
    assert post.to == ["vic@acme.example", "root@acme.example"], "and the admin is told"
    house.add(WEEKLY, "mail", "vic@acme.example", since=MONDAY + timedelta(days=30), name="late")
    house.run(MONDAY + timedelta(days=35, hours=3))
    (late,) = house.log(name="late")
    assert (late.status, "it is too late now" in late.detail) == (Status.SKIPPED, True)


def test_a_pause_and_another_schedule_send_nothing_of_before(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    one = house.add(WEEKLY, "mail", "vic@acme.example")
    store = house.workspace.store
    plans.change(store, ME, one.id, Draft(paused=True))
    assert house.run(NEXT).sendings == ()
    assert house.run(NEXT).next is None
    plans.change(store, ME, one.id, Draft(paused=False))
    assert plans.require_delivery(store, one.id).done_until > NEXT
    assert house.run(NEXT).sendings == ()


def test_who_leaves_a_delivery_gets_no_more_of_it_also_not_what_waits(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    one = house.add(WEEKLY, "mail", "vic@acme.example", "ann@acme.example")
    post.refuse["RCPT"] = "451 later"
    house.run(NEXT)
    post.refuse.clear()
    plans.subscribe(house.workspace.store, house.user("vic").viewer, ME, one.id, False)
    house.run(NEXT + minutes(2))
    assert post.to == ["ann@acme.example"]
    plans.remove(house.workspace.store, ME, one.id)
    assert house.run(NEXT + WEEK).sendings == ()


def test_a_maker_that_fails_keeps_nothing_back_from_others(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    house.add(WEEKLY, "mail", "vic@acme.example", name="a", options={"kpis": ["no_such"]})
    house.add(WEEKLY, "mail", "vic@acme.example", name="b")
    found = {one.name: one for one in house.run(NEXT).sendings}
    assert (found["a"].status, found["b"].status) == (Status.WAITING, Status.SENT)
    assert "No KPI named 'no_such'" in found["a"].detail


YEAR = {
    "last Sunday of the month 02:30": 12,  # also in the two nights that the clock changes
    "first working day of the month 07:30": 12,
    "last day of the quarter 18:00": 4,
    "first day of the fiscal year 09:00": 1,
}
LONG = {"every weekday 08:00": 261, "30 2 * * SUN America/New_York": 52, "every Monday 08:00": 52}


def a_year(house: House, schedules: Mapping[str, int]) -> list[str]:
    """When each was due, as it went from one moment to the next for a year; each was sent once."""
    house.channels("archive: {type: folder, path: sent}")
    begin = datetime(2026, 1, 1)
    for schedule in schedules:
        house.add(schedule, "archive", audience="all", since=begin, name=schedule)
    now = begin
    while (coming := house.run(now).next) and coming[1] < datetime(2027, 1, 1) - timedelta(hours=1):
        now = coming[1]
    told = house.log()
    assert {one.status for one in told} == {Status.SENT}
    assert Counter(one.name for one in told) == schedules
    assert len(list((house.folder / "sent").iterdir())) == sum(schedules.values())
    return [f"{one.due_at:%Y-%m-%d %H:%M}" for one in told]


def test_a_year_of_schedules_sends_each_once_whatever_the_clock_does(house: House) -> None:
    due = a_year(house, YEAR)
    assert {"2026-03-29 01:00", "2026-10-25 00:30", "2026-12-31 17:00"} <= set(due)


@pytest.mark.long
def test_a_year_of_every_day_sends_each_once(house: House) -> None:
    assert {"2026-03-08 07:00", "2026-11-01 07:30"} <= set(a_year(house, LONG))


def test_the_example_of_the_specification_of_signatures() -> None:
    key = webhook.key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    for wrong in ("whsec_!", "whsec_c2hvcnQ=", ""):
        with pytest.raises(ValueError, match=r"it must be|it has"):
            webhook.key_of(wrong)


def test_admins_are_told_once_a_day_of_a_refresh_and_a_push_that_fail(house: House, post: Mailbox) -> None:
    house.channels(MAIL.format(port=post.port))
    with (house.folder / "accountlens.yaml").open("a", encoding="utf-8") as settings:
        settings.write("push: {crm: {to: gone/scores.csv, columns: {tier: tier}, at: 'every day 06:30'}}\n")
    house.workspace = Workspace(house.folder)
    for day in (MONDAY - timedelta(days=1), MONDAY):
        push_due(house.workspace, now=lambda day=day: day)  # type: ignore[misc]
    orders = house.folder / "data/opportunities.csv"
    orders.write_text(orders.read_text().replace("opportunity_id", "what"))
    with pytest.raises(AccountlensError):
        house.workspace.refresh()
    for hours in (0, 2, 23, 25):
        house.run(MONDAY + timedelta(hours=hours))
    assert post.to == ["root@acme.example"] * 2
    assert "failed" in str(post.mails[0])
    assert "crm, to gone/scores.csv: fails since 2026-06-01 06:00 UTC." in str(post.mails[0])
