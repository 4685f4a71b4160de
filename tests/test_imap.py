"""Mailboxes on a server: headers alone, each mail once, and going on where the last fetch ended."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.servers import imap
from tests.servers.imap import Folder, Imap

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import SourceSettings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import imap as kind
from accountlens.sources.mailbox import decoded, encoded
from accountlens.sources.origin import find_origin
from accountlens.sources.registry import fetch_source, read_sources

ENTITIES, _ = load_entities([BUILT_IN])


def mail(number: int, of: str = "eve@acmeworks.com", to: str = "ann@us.example", more: str = "") -> str:
    date = "" if "Date:" in more else f"Date: Mon, 02 Mar 2026 09:{number % 60:02}:00 +0000\n"
    return f"From: {of}\nTo: Ann <{to}>\nSubject: geheim\n{date}Message-ID: <{number}@x>\n{more}\n\ngeheim\n"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Imap]:
    monkeypatch.setattr(kind, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(kind, "AT_ONCE", 3)
    with imap.running() as one:
        monkeypatch.setenv("MAIL_PASSWORD", one.password)
        one.folders = {"INBOX": Folder(), "Sent Items": Folder(flags=r"\HasNoChildren \Sent"), "Trash": Folder()}
        yield one


def settings(server: Imap, **keys: Any) -> dict[str, Any]:
    own = {"own_domains": ["us.example"], "security": "none", "timeout_seconds": 5}
    secret = {} if "access_token" in keys else {"password": "${MAIL_PASSWORD}"}
    return {"type": "imap", "host": "127.0.0.1", "port": server.port, "user": "ann", **own, **secret, **keys}


def fetch(server: Imap, folder: Path, **keys: Any) -> Fetched:
    source = read_sources(folder, {"mail": SourceSettings.model_validate(settings(server, **keys))})["mail"]
    (folder / "kept").mkdir(exist_ok=True)
    server.said.clear()
    return fetch_source("mail", source, folder, folder / "kept")


def kept(folder: Path, columns: str = "message_id") -> list[Any]:
    with duckdb.connect(str(folder / "kept" / "mail.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        rows = con.execute(f"SELECT {columns} FROM landed.activities ORDER BY message_id, email").fetchall()
    return [row[0] for row in rows] if len(rows) and len(rows[0]) == 1 else rows


def fetches(server: Imap) -> list[str]:
    return [words.split()[2] for words in server.said if words.startswith("UID FETCH")]


def test_headers_become_activities_and_nothing_else_is_read(server: Imap, tmp_path: Path) -> None:
    server.folders["INBOX"].add(mail(1, more="In-Reply-To: <0@x>\nReferences: <0@x>\n <9@x>"))
    server.folders["INBOX"].add(mail(2, more="List-Id: <geheim>"))
    server.folders["Sent Items"].add(mail(3, of="ann@us.example", to="cid@boltworks.com"))
    server.folders["Sent Items"].add(mail(4, of="ann@us.example", to="bob@us.example"))
    server.folders["Trash"].add(mail(5))
    fetched = fetch(server, tmp_path)
    assert fetched == Fetched(3, ("1 messages between your own people were left out",))
    at = "CAST(occurred_at AS VARCHAR)"
    assert kept(tmp_path, f"kind, direction, email, employee_email, is_automated, {at}") == [
        ("email_replied", "inbound", "eve@acmeworks.com", "ann@us.example", False, "2026-03-02 09:01:00+00"),
        ("message", "inbound", "eve@acmeworks.com", "ann@us.example", True, "2026-03-02 09:02:00+00"),
        ("email_sent", "outbound", "cid@boltworks.com", "ann@us.example", False, "2026-03-02 09:03:00+00"),
    ]
    said = " ".join(server.said).upper()
    assert "SUBJECT" not in said
    assert "SELECT" not in said
    assert "geheim" not in str(kept(tmp_path, "COLUMNS(*)::VARCHAR"))


def test_the_next_fetch_reads_only_what_came(server: Imap, tmp_path: Path) -> None:
    for number in range(1, 8):
        server.folders["INBOX"].add(mail(number))
    assert fetch(server, tmp_path).rows == 7
    assert fetches(server) == ["1,2,3", "4,5,6", "7"]
    assert fetch(server, tmp_path).rows == 0
    assert not [words for words in server.said if words.startswith("UID")], "nothing new, nothing asked"
    del server.folders["INBOX"].mails[2]
    server.folders["INBOX"].add(mail(8))
    server.folders["Sent Items"].add(mail(3))  # a copy
    assert fetch(server, tmp_path).rows == 1
    assert fetches(server) == ["8", "1"]
    assert kept(tmp_path) == [f"{number}@x" for number in range(1, 9)], "what was deleted later did pass"


def test_a_folder_that_is_numbered_anew_is_read_again_and_no_mail_is_there_twice(server: Imap, tmp_path: Path) -> None:
    for number in range(1, 4):
        server.folders["INBOX"].add(mail(number))
    fetch(server, tmp_path)
    server.folders["INBOX"] = Folder({50: mail(3), 51: mail(1), 52: mail(4)}, validity=2)
    fetched = fetch(server, tmp_path)
    assert fetched == Fetched(1, ("the folder 'INBOX' was numbered anew, and was read again",))
    assert fetches(server) == ["50,51,52"]
    assert kept(tmp_path) == ["1@x", "2@x", "3@x", "4@x"]
    assert fetch(server, tmp_path) == Fetched(0)


def test_a_connection_that_is_cut_goes_on_where_it_was(server: Imap, tmp_path: Path) -> None:
    for number in range(1, 10):
        server.folders["INBOX"].add(mail(number))
    server.cut_after, server.cuts = 4, 2
    assert fetch(server, tmp_path).rows == 9
    assert fetches(server).count("1,2,3") == 1, "what was kept is not asked for again"
    assert kept(tmp_path) == [f"{number}@x" for number in range(1, 10)]


def test_what_was_read_before_a_server_gave_up_is_kept(server: Imap, tmp_path: Path) -> None:
    server.folders["INBOX"].add(mail(1))
    fetch(server, tmp_path)
    for number in range(2, 10):
        server.folders["INBOX"].add(mail(number))
    server.cut_after, server.cuts = 4, 100
    with pytest.raises(AccountlensError, match=r"source 'mail': The connection was cut: .* What was read is kept"):
        fetch(server, tmp_path)
    assert kept(tmp_path) == ["1@x", "2@x", "3@x", "4@x"]
    server.cuts = 0
    assert fetch(server, tmp_path).rows == 5


FAULTS = [
    ({}, {"password": "wr0ng"}, 'The server did not let \'ann\' in: [AUTHENTICATIONFAILED] "***" is wrong. Is the password'),
    ({"access_token": "${MAIL_PASSWORD}"}, {}, "The server did not let 'ann' in: AUTHENTICATE failed. Is the access token"),
    ({"timeout_seconds": 0.1}, {"slow_seconds": 0.4}, "The server said nothing for 0.1 seconds."),
    ({"folders": ["Sent"]}, {}, "folders: There is no folder 'Sent'. There are: INBOX, Sent Items, Trash."),
    ({"port": 1}, {}, "Nothing answers there (connection refused)."),
    ({"host": "localhost", "security": "tls"}, {}, "it speaks no TLS here"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "faults", "said"), FAULTS)
def test_a_fault_of_a_server_is_told(
    keys: dict[str, Any],
    faults: dict[str, Any],
    said: str,
    server: Imap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.folders["INBOX"].add(mail(1))
    if "password" in faults:
        monkeypatch.setenv("MAIL_PASSWORD", "wr0ng")
    server.slow_seconds = faults.get("slow_seconds", 0)
    with pytest.raises(AccountlensError) as caught:
        fetch(server, tmp_path, **keys)
    assert said in str(caught.value)
    assert not [secret for secret in ("wr0ng", server.password) if secret in str(caught.value)]


def test_an_access_token_opens_as_a_password_does(
    server: Imap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_TOKEN", server.token)
    server.folders["INBOX"].add(mail(1))
    assert fetch(server, tmp_path, access_token="${MAIL_TOKEN}").rows == 1
    assert not [words for words in server.said if words.startswith("LOGIN")]


def test_tls_is_spoken_with_servers_that_are_trusted_only(
    tmp_path: Path, server: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "server.pem"
    key = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*key, *subject, "-keyout", pem, "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    with imap.running(pem) as secure:
        monkeypatch.setenv("MAIL_PASSWORD", secure.password)
        secure.folders["INBOX"] = Folder({1: mail(1)})
        keys = {"host": "localhost", "security": "tls"}
        with pytest.raises(AccountlensError, match="The server's certificate is not trusted"):
            fetch(secure, tmp_path, **keys)
        assert secure.said == [], "no password was told"
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        fetched = fetch(secure, tmp_path, **keys)
    assert fetched == Fetched(1, ("no folder of sent mail was found beside INBOX; name it under folders",))


@pytest.mark.parametrize(
    ("folders", "read"),
    [
        ({"INBOX": "", "Sent": r"\Sent", "[Gmail]/All": r"\All"}, ["[Gmail]/All"]),
        ({"Inbox": "", "INBOX/Gesendete Elemente": "", "x": ""}, ["Inbox", "INBOX/Gesendete Elemente"]),
        ({"INBOX": "", "&AMk-l": r"\Sent"}, ["INBOX", "&AMk-l"]),
    ],
)
def test_without_a_word_all_mail_is_read_else_what_came_and_was_sent(
    folders: dict[str, str], read: list[str], server: Imap, tmp_path: Path
) -> None:
    server.folders = {name: Folder(flags=flags) for name, flags in folders.items()}
    fetch(server, tmp_path)
    assert [words.partition(" ")[2].strip('"') for words in server.said if words.startswith("EXAMINE")] == read


def test_only_mail_since_a_day_is_read_and_another_day_reads_all_again(server: Imap, tmp_path: Path) -> None:
    server.folders["INBOX"] = Folder({1: mail(1), 100: mail(2)})
    assert fetch(server, tmp_path, since="2026-02-01").rows == 1
    assert [words for words in server.said if "SEARCH" in words] == ["UID SEARCH UID 1:100 SINCE 1-Feb-2026"]
    assert fetch(server, tmp_path, since="2020-01-01").rows == 2


def test_a_mail_that_tells_no_date_is_dated_by_its_arrival_and_one_without_a_sender_waits(
    server: Imap, tmp_path: Path
) -> None:
    server.folders["INBOX"].add(mail(1, more="Date: some day"))
    server.folders["INBOX"].add(mail(2).replace("From: eve@acmeworks.com\n", ""))
    (tmp_path / "accounts.csv").write_text("account_id,name,domain\nA,Acme,acmeworks.com\n", encoding="utf-8")
    keys = "\n".join(f"    {key}: {value!r}" for key, value in settings(server).items())
    written = f"sources:\n  crm: {{path: accounts.csv}}\n  mail:\n{keys}\n"
    (tmp_path / "accountlens.yaml").write_text(written, encoding="utf-8")
    with workbench() as con:
        told = load_settings(tmp_path)
        landed = land_sources(con, told, tmp_path, lambda *_: None)
        done = prepare(con, tmp_path, told, ENTITIES, landed, datetime(2026, 6, 1))
        found = con.execute("SELECT account_id, kind, occurred_at FROM activities").fetchall()
    assert found == [("A", "message", datetime(2026, 3, 2, 9))]
    assert (done.balance["activities"].accepted, done.balance["activities"].quarantined) == (1, 1)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"password": "hunter2"}, "a secret stands in it"),
        ({"access_token": "${A}", "password": "${B}"}, "name a password or an access_token"),
        ({"host": "mail.example"}, "everybody on the way could read the password"),
    ],
)
def test_settings_that_make_no_sense_are_told(keys: dict[str, Any], said: str, server: Imap, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=said) as caught:
        fetch(server, tmp_path, **keys)
    assert "hunter2" not in str(caught.value)


def test_init_says_what_a_mailbox_needs() -> None:
    with pytest.raises(AccountlensError, match="type: imap, host"):
        find_origin("imaps://imap.example.com")


@pytest.mark.parametrize(
    ("name", "wire"),
    [("Sent", "Sent"), ("R&D", "R&-D"), ("Éléments envoyés", "&AMk-l&AOk-ments envoy&AOk-s"), ("日本", "&ZeVnLA-")],
)
def test_names_of_folders_are_written_as_the_protocol_has_them(name: str, wire: str) -> None:
    assert (encoded(name), decoded(wire)) == (wire, name)
