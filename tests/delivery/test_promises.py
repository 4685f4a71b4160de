"""The promises hold where processes are killed: mail at most once, webhooks at least once with one key."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.delivery.conftest import FINE, MONDAY, SECRET, House
from tests.delivery.mail import Mailbox
from tests.delivery.test_sending import HOOK, MAIL, WEEKLY
from tests.servers.api import Answer, Api, Application, Asked

import accountlens
from accountlens.delivery.log import Status

Serve = Callable[[Application], Api]
SOURCE = Path(accountlens.__file__).parents[1]
# A process that sends what is due at a moment, as `run-due` and `serve` do.
CODE = """
import sys
from datetime import datetime
from accountlens.delivery.sending import deliver_due
from accountlens.workspace import Workspace
moment = datetime.fromisoformat(sys.argv[2])
if len(sys.argv) > 4:  # to die around a step: `before sent`, `after sending`
    import os, signal
    from accountlens.delivery import log, sending
    when, status = sys.argv[4].split()
    taken = log.step
    def step(store, id_, before, after, **more):
        if (when, status) == ("before", after):
            os.kill(os.getpid(), signal.SIGKILL)
        done = taken(store, id_, before, after, **more)
        if (when, status) == ("after", after):
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    sending.step = step
print("ready", flush=True)
deliver_due(Workspace(sys.argv[1]), now=lambda: moment, wait_seconds=float(sys.argv[3]))
"""


def sender(folder: Path, moment: datetime, wait_seconds: float = 0, dies: str = "") -> subprocess.Popen[bytes]:
    """Loaded and about to begin."""
    env = {**os.environ, "PYTHONPATH": str(SOURCE), "HOOK_SECRET": SECRET}
    words = [sys.executable, "-c", CODE, str(folder), moment.isoformat(), str(wait_seconds), *([dies] if dies else [])]
    process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def ended(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(120)


def killed_at_random(house: House, post: Mailbox, server: Api, kills: int, seed: int) -> None:
    """Mondays pass; each is begun, killed at a random point, then seen to by others in the days after."""
    house.channels(f"{MAIL.format(port=post.port)}\n{HOOK.format(url=server.url)}", grace="5d")
    house.add(WEEKLY, "mail", "ann@acme.example", "vic@acme.example", "eve@else.example", audience="all", name="mails")
    house.add(WEEKLY, "crm", audience="all", name="hook")
    dice, monday = random.Random(seed), MONDAY
    for _ in range(kills):
        monday += timedelta(days=7)
        before = len(post.mails) + len(server.asked)
        process = sender(house.folder, monday)
        while len(post.mails) + len(server.asked) == before and process.poll() is None:
            time.sleep(0.005)  # until it is at it: what is killed earlier has sent nothing
        time.sleep(dice.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        ended(process)
        for minutes in (1, 10, 60, 240, 1000):
            house.run(monday + timedelta(minutes=minutes))
    mails = Counter(str(mail["Message-ID"]) for mail in post.mails)
    assert set(mails.values()) <= {1}, "no mail twice"
    told = [one for one in house.log() if one.name == "mails"]
    assert len(told) == 3 * kills
    arrived = {one.id for one in told if any(one.id in key for key in mails)}
    assert {one.id for one in told if one.status is Status.SENT} <= arrived, "what counts as sent did arrive"
    assert {one.status for one in told} <= {Status.SENT, Status.UNKNOWN}, "and nothing is lost unseen"
    assert arrived - {one.id for one in told if one.status is Status.SENT} <= {
        one.id for one in told if one.status is Status.UNKNOWN
    }
    hooks = Counter(next(v for name, v in one.headers.items() if name.lower() == "webhook-id") for one in server.asked)
    assert set(hooks) == {one.id for one in house.log() if one.name == "hook"}, "each at least once, with its own key"
    assert len(hooks) == kills
    assert {one.status for one in house.log() if one.name == "hook"} == {Status.SENT}


@pytest.mark.parametrize(
    ("dies", "mails", "status", "hooks"),
    [
        ("after claimed", 1, Status.SENT, 1),  # nothing went out: it is sent later
        ("after sending", 0, Status.UNKNOWN, 1),  # it might have: mail is not sent again by itself
        ("before sent", 1, Status.UNKNOWN, 2),  # it has, though nobody noted it
    ],
)
def test_killed_at_each_step_that_counts(
    house: House, post: Mailbox, hook: Serve, dies: str, mails: int, status: Status, hooks: int
) -> None:
    server = hook(slowly)
    house.channels(f"{MAIL.format(port=post.port)}\n{HOOK.format(url=server.url)}", grace="5d")
    monday = MONDAY + timedelta(days=7)
    for name, channel, to in (("a", "mail", ["vic@acme.example"]), ("b", "crm", [])):
        house.add(WEEKLY, channel, *to, audience="all", name=name)
        assert ended(sender(house.folder, monday, dies=dies)) == -signal.SIGKILL
        for minutes in (1, 10, 60):
            house.run(monday + timedelta(minutes=minutes))
    known = {one.name: one for one in house.log() if one.recipient.startswith("user:") or one.name == "b"}
    assert (post.to.count("vic@acme.example"), known["a"].status) == (mails, status)
    assert (len(server.asked), known["b"].status) == (hooks, Status.SENT)
    assert len({next(v for k, v in one.headers.items() if k.lower() == "webhook-id") for one in server.asked}) == 1


def slowly(_: Asked) -> Answer:
    time.sleep(0.05)
    return FINE


def test_killed_at_random_points_mail_is_sent_at_most_and_webhooks_at_least_once(
    house: House, post: Mailbox, hook: Serve
) -> None:
    post.slow_seconds = 0.05
    killed_at_random(house, post, hook(slowly), kills=4, seed=7)


@pytest.mark.long
def test_killed_at_two_hundred_random_points_the_promises_hold(house: House, post: Mailbox, hook: Serve) -> None:
    post.slow_seconds = 0.05
    killed_at_random(house, post, hook(slowly), kills=200, seed=11)


def test_servers_that_begin_at_once_send_each_thing_once(house: House, post: Mailbox, hook: Serve) -> None:
    server = hook(slowly)
    house.channels(f"{MAIL.format(port=post.port)}\n{HOOK.format(url=server.url)}")
    house.add(WEEKLY, "mail", "ann@acme.example", "ben@acme.example")
    house.add(WEEKLY, "crm", audience="all")
    monday = MONDAY + timedelta(days=7)
    processes = [sender(house.folder, monday, wait_seconds) for wait_seconds in (0, 0, 30)]
    assert [ended(process) for process in processes] == [0, 0, 0]
    assert (len(post.mails), len(server.asked)) == (2, 1)
    assert {one.status for one in house.log()} == {Status.SENT}
