"""Mailboxes: who wrote to whom and when, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import SourceSettings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.landed import Landed
from accountlens.sources.registry import land_source, read_sources

ENTITIES, _ = load_entities([BUILT_IN])
MAIL = """\
From ann@us.example Mon Mar  2 09:00:00 2026
From: "Ann, of us" <Ann@us.example>
To: Eve <EVE@acmeworks.com>, bob@de.us.example
Cc: cid@boltworks.com, eve@acmeworks.com
Subject: geheim
Date: Mon, 02 Mar 2026 10:00:00 +0100
Message-ID: <1@us.example>

Dear all, geheim.

>From here on it is quoted.
From the middle of a paragraph: no message.

From eve@acmeworks.com Mon Mar  2 11:00:00 2026
From: eve@acmeworks.com
To: ann@us.example
Date: Mon, 02 Mar 2026 11:00:00 +0000
In-Reply-To: <1@us.example>
References: <1@us.example>
 <0@us.example>
Message-ID: <2@acmeworks.com>

geheim
From news@shop.example Mon Mar  2 12:00:00 2026 is still the body

From news@shop.example Mon Mar  2 12:00:00 2026
From: news@shop.example
To: ann@us.example
Date: Mon, 02 Mar 2026 12:00:00 -0000
List-Unsubscribe: <https://shop.example/u>

From ann@us.example Mon Mar  2 13:00:00 2026
From: ann@us.example
To: bob@sales.us.example
Date: Mon, 02 Mar 2026 13:00:00 +0000

From x@y.example Mon Mar  2 14:00:00 2026
From: x@y.example
To: ann@us.example
Date: some day
Message-ID: <5@y.example>

"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as one:
        one.execute("SET TimeZone = 'UTC'")
        yield one


def land(con: duckdb.DuckDBPyConnection, folder: Path, **keys: Any) -> list[Landed]:
    given = {"type": "mbox", "path": "*.mbox", "own_domains": ["us.example"], **keys}
    source = read_sources(folder, {"mail": SourceSettings.model_validate(given)})["mail"]
    return land_source(con, "mail", source, folder)


@pytest.mark.parametrize("at_once", [1, 20_000])
def test_mail_is_activities_of_people_outside(
    at_once: int, con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accountlens.sources.kinds.mbox.AT_ONCE", at_once)
    (tmp_path / "ann.mbox").write_text(MAIL, encoding="utf-8")
    (landed,) = land(con, tmp_path)
    found = con.execute(
        "SELECT kind, direction, email, employee_email, is_automated, CAST(occurred_at AS VARCHAR), message_id "
        "FROM mail.activities ORDER BY _row"
    ).fetchall()
    first = "2026-03-02 09:00:00+00"
    assert found[:3] == [
        ("email_sent", "outbound", "eve@acmeworks.com", "ann@us.example", False, first, "1@us.example"),
        ("email_sent", "outbound", "cid@boltworks.com", "ann@us.example", False, first, "1@us.example"),
        (
            "email_replied",
            "inbound",
            "eve@acmeworks.com",
            "ann@us.example",
            False,
            "2026-03-02 11:00:00+00",
            "2@acmeworks.com",
        ),
    ]
    assert found[3][:5] == ("message", "inbound", "news@shop.example", "ann@us.example", True)
    assert len(found) == landed.rows == 4
    assert landed.notes == ("1 messages between your own people were left out",)
    assert [(row.row_number, row.reason) for row in landed.faulty] == [
        (5, "message 5 of ann.mbox has no date that can be read")
    ]
    everything = str(con.execute("SELECT COLUMNS(*)::VARCHAR FROM mail.activities").fetchall())
    assert "geheim" not in everything + str(landed), "no subject, no body"


def test_the_same_mail_in_two_mailboxes_is_one_and_finds_its_account(tmp_path: Path) -> None:
    for name in ("ann.mbox", "bob.mbox"):
        (tmp_path / name).write_text(MAIL, encoding="utf-8")
    (tmp_path / "data").mkdir()
    accounts = "account_id,name,domain\nA,Acme,acmeworks.com\nB,Bolt,boltworks.com\n"
    (tmp_path / "data" / "accounts.csv").write_text(accounts, encoding="utf-8")
    settings = "sources:\n  crm: {path: data}\n  mail: {type: mbox, path: '*.mbox', own_domains: [us.example]}\n"
    (tmp_path / "accountlens.yaml").write_text(settings, encoding="utf-8")
    with workbench() as con:
        told = load_settings(tmp_path)
        landed = land_sources(con, told, tmp_path, lambda *_: None)
        done = prepare(con, tmp_path, told, ENTITIES, landed, datetime(2026, 6, 1))
        found = con.execute("SELECT account_id, kind FROM activities ORDER BY occurred_at, 1").fetchall()
    balance = done.balance["activities"]
    assert (balance.taken_in, balance.accepted, balance.duplicates, balance.quarantined) == (10, 4, 4, 2)
    assert found == [("A", "email_sent"), ("B", "email_sent"), ("A", "email_replied"), (None, "message")]


def test_what_is_no_mailbox_is_told(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match=r"path: There is no mailbox '\*\.mbox'"):
        land(con, tmp_path)
    (tmp_path / "a.mbox").write_text("Dear all\n", encoding="utf-8")
    with pytest.raises(AccountlensError, match=r"'a\.mbox' is no mbox file"):
        land(con, tmp_path)
    with pytest.raises(ProblemsError, match="own_domains"):
        land(con, tmp_path, own_domains=[])
