"""`accountlens deliveries` and `run-due`: added, shown, sent, mended, without a browser."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta

import pytest
from tests.delivery.conftest import House
from tests.delivery.mail import Mailbox
from tests.delivery.test_sending import MAIL
from tests.workspaces import Say, saying

from accountlens.delivery import service
from accountlens.delivery.log import Status
from accountlens.store.snapshots import utc_now
from accountlens.store.tables import SourceRow

NEW = ("deliveries", "add", "Weekly", "kpis", "--at", "every Monday 08:00", "--by", "mail")
WHAT = ("--set", "kpis=sales_revenue", "--set", "period=2026-05")


@pytest.fixture
def say(house: House, post: Mailbox, capsys: pytest.CaptureFixture[str]) -> Say:
    house.channels(f"{MAIL.format(port=post.port)}\narchive: {{type: folder, path: sent}}")
    return saying(house.folder, capsys)


def test_a_delivery_is_added_shown_tried_sent_and_removed(house: House, say: Say, post: Mailbox) -> None:
    code, out, _ = say(
        *NEW, "--to", "ann@acme.example", "--to", "eve@else.example", "--audience", "ben@acme.example", *WHAT
    )
    assert code == 0
    assert "Ann <ann@acme.example>: the 2 accounts Ann sees" in out
    assert "eve@else.example: the 1 account Ben sees" in out
    code, out, _ = say("deliveries", "run", "Weekly", "--dry-run")
    assert (code, "350 EUR" in out, "1,000 EUR" in out, post.mails) == (0, True, True, [])
    assert say("deliveries", "run", "Weekly")[0] == 0
    assert sorted(post.to) == ["ann@acme.example", "eve@else.example"]
    (told,) = json.loads(say("deliveries", "--json")[1])
    assert (told["schedule"], told["last"]["status"], len(told["to"])) == ("every Monday 08:00", "sent", 2)
    say("deliveries", "pause", "Weekly")
    assert json.loads(say("deliveries", "--json")[1])[0]["next"] is None
    say("deliveries", "resume", "Weekly")
    assert (
        "first day of the month 09:00"
        in say("deliveries", "change", "Weekly", "--at", "first day of the month 09:00")[1]
    )
    assert "sent no more" in say("deliveries", "remove", "Weekly")[1]
    assert len(json.loads(say("deliveries", "log", "--json")[1])) == 2, "what was sent stays in the log"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (NEW, "Nobody is named to send it to"),
        ((*NEW, "--to", "eve@else.example"), "needs an audience"),
        ((*NEW, "--to", "anne@acme.example", "--audience", "bob"), "No user 'bob'"),
        ((*NEW, "--to", "ann"), "No user 'ann'"),
        ((*NEW[:5], "every Monday", *NEW[6:], "--to", "ann@acme.example"), "says no time of day"),
        ((*NEW[:7], "mial", "--to", "ann@acme.example"), "no channel 'mial'.*\n.*Did you mean 'mail'"),
        ((*NEW[:7], "archive"), "Whoever reads that channel needs an audience"),
        ((*NEW[:7], "archive", "--to", "ann@acme.example"), "leads to one place"),
        ((*NEW, "--to", "ann@acme.example"), "option 'kpis' of 'kpis': it is missing"),
        ((*NEW, "--to", "ann@acme.example", "--set", "kpis=win_rat"), "No KPI named 'win_rat'"),
        ((*NEW, "--to", "ann@acme.example", "--set", "kpi=win_rate"), "it is missing|'kpi' is no option"),
        ((*NEW, "--to", "ann@acme.example", "--set", "kpis"), "'kpis' sets nothing"),
        ((*NEW[:3], "kpsi", *NEW[4:], "--to", "ann@acme.example"), "of the kind 'kpsi'"),
        (("deliveries", "run", "Wekly"), "There is no delivery 'Wekly'"),
        (("deliveries", "retry", "msg_x"), "There is no sending 'msg_x'"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_told_before_it_is_kept(say: Say, words: tuple[str, ...], why: str) -> None:
    code, _, err = say(*words)
    assert code == 1
    assert re.search(why, err), err
    assert json.loads(say("deliveries", "--json")[1]) == []


def test_problems_are_listed_sent_again_or_left(house: House, say: Say, post: Mailbox) -> None:
    say(*NEW, "--to", "ann@acme.example", *WHAT)
    post.refuse["RCPT"] = "550 nobody here"
    assert say("deliveries", "run", "Weekly")[0] == 3
    (one,) = json.loads(say("deliveries", "problems", "--json")[1])
    assert (one["status"], "550" in one["detail"]) == ("failed", True)
    assert "1 sending that came to nothing" in say("deliveries")[2]
    assert "1 sending came to nothing, or may have" in say("check")[1]
    assert say("deliveries", "retry", one["id"])[0] == 3
    post.refuse.clear()
    assert say("deliveries", "retry", one["id"])[0] == 0
    assert post.to == ["ann@acme.example"]
    assert say("deliveries", "drop", one["id"])[0] == 1, "what was sent is no problem"


def test_run_due_sends_what_is_due_and_tells_it_beside_what_it_told_before(
    house: House, say: Say, post: Mailbox
) -> None:
    code, _, err = say("run-due")
    assert (code, "Nothing here has a schedule" in err) == (1, True)
    one = house.add("every 15 minutes", "mail", "vic@acme.example", name="Often")
    told = json.loads(say("run-due", "--json")[1])
    assert {key: told[key] for key in ("due", "refresh", "next")} == {"due": [], "refresh": None, "next": None}
    assert (told["deliveries"]["next"]["delivery"], told["deliveries"]["busy"]) == ("Often", False)
    assert [sent["who"] for sent in told["deliveries"]["sent"]][:1] == ["Vic <vic@acme.example>"]
    _refresh_is_due(house)
    code, out, _ = say("run-due")
    assert (code, "snapshot" in out, "Often at" in out) == (0, True, True)
    assert one.id in {each.delivery_id for each in house.log(status=Status.SENT)}


def _refresh_is_due(house: House, path: str = "data") -> None:
    text = (house.folder / "accountlens.yaml").read_text(encoding="utf-8") + "schedules: {refresh: 1h}\n"
    (house.folder / "accountlens.yaml").write_text(text.replace("path: data", f"path: {path}"), encoding="utf-8")
    with house.workspace.store.state.session("forget") as session:
        session.query(SourceRow).delete()


def test_what_is_to_be_sent_is_sent_also_where_the_refresh_fails(house: House, say: Say, post: Mailbox) -> None:
    house.add("every 15 minutes", "mail", "vic@acme.example")
    _refresh_is_due(house, "gone")
    assert say("run-due")[0] == 1
    assert "vic@acme.example" in post.to


def test_channels_are_shown_without_their_addresses_and_what_is_missing_is_found(
    house: House, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.channels("crm: {type: webhook, url: 'https://hooks.acme.example/in', secret: '${NO_SUCH_SECRET}'}")
    code, out, _ = say("deliveries", "channels")
    assert (code, "crm" in out, "at least once" in out, "hooks.acme" in out) == (0, True, True, False)
    assert "There is no secret 'NO_SUCH_SECRET'" in say("check")[1]


def test_a_server_that_runs_sends_by_itself_and_tells_a_fault_once(
    house: House, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "EVERY_SECONDS", 0.05)
    house.channels(MAIL.format(port=post.port))
    house.add("every 15 minutes", "mail", "vic@acme.example", since=utc_now() - timedelta(minutes=20))
    faults: list[str] = []
    with service.delivering(house.folder, lambda error: faults.append(str(error))):
        while "vic@acme.example" not in post.to:
            time.sleep(0.02)
        (house.folder / "accountlens.yaml").write_text("delivery: {chanels: {}}\n", encoding="utf-8")
        while not faults:
            time.sleep(0.02)
        time.sleep(0.3)
    assert post.to.count("vic@acme.example") == 1
    assert len(faults) == 1
    assert "Unknown key" in faults[0]
