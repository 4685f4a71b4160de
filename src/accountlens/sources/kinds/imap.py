"""E-mail as activities, from the headers of mailboxes on an IMAP server; what a mail says is read in `sources/mail.py`.

A fetch reads what came since the last: each folder numbers its mails (UID) and says when it numbers anew (UIDVALIDITY).
A mail that is deleted or moved later did pass, and stays. What was read is kept after every few hundred mails, so that
the next fetch goes on where one was cut.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import duckdb
import pyarrow as pa
from pydantic import ConfigDict, Field, model_validator

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.kept import SCHEMA as KEPT
from accountlens.sources.kept import Fetched
from accountlens.sources.mail import SCHEMA, TABLE, Row, read_mail
from accountlens.sources.mailbox import (
    CUT,
    Access,
    Headers,
    Mailbox,
    Opened,
    check_folders,
    default_folders,
    why_cut,
)
from accountlens.sources.people import OwnDomains, part_id
from accountlens.sources.secrets import NAMED, Secrets

Reading = Callable[[str, int, int], None]
AT_ONCE = 500  # mails asked for in one go, and kept together
SPAN = 50_000  # numbers searched in one go: the answer is one line
PAUSES = (1.0, 4.0, 15.0)  # seconds before another try; without any progress no more than these
PORTS = {"tls": 993, "starttls": 143, "none": 143}
HERE = ("localhost", "127.0.0.1", "::1")
READ = "reading.folders"  # how far each folder was read
GOES_ON = "What was read is kept; the next refresh goes on there."
NO_SENT = "no folder of sent mail was found beside INBOX; name it under folders"
T = TypeVar("T")


class Settings(SourceSettings):
    """A mailbox on an IMAP server: who wrote to whom, and when."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["imap"] = "imap"
    host: str = Field(description="imap.gmail.com, outlook.office365.com ...")
    port: int | None = Field(None, description="Left out: 993 with tls, else 143.")
    user: str = Field(description="Mostly the address.")
    password: str | None = Field(None, description="Named: ${MAIL_PASSWORD}. Gmail wants an app password.")
    access_token: str | None = Field(None, description="Of OAuth 2, in place of a password: ${MAIL_TOKEN}.")
    security: Literal["tls", "starttls", "none"] = Field("tls", description="`none` on this machine only.")
    folders: list[str] = Field(default_factory=list, description="Left out: all mail, else what came in and was sent.")
    own_domains: OwnDomains
    since: date | None = Field(None, description="Mail that arrived that day or later; left out: all.")
    timeout_seconds: float = Field(30, gt=0, description="How long the server may stay silent.")

    @model_validator(mode="after")
    def _opens(self) -> Settings:
        given = [secret for secret in (self.password, self.access_token) if secret is not None]
        if len(given) != 1:
            raise ValueError("name a password or an access_token: password: ${MAIL_PASSWORD}")
        if not NAMED.search(given[0]):
            raise ValueError(
                "a secret stands in it; write ${MAIL_PASSWORD} in its place, and its value into secrets.env"
            )
        if self.security == "none" and self.host not in HERE:
            raise ValueError("without encryption everybody on the way could read the password: security: tls")
        return self


@dataclass
class _Tally:
    """What one fetch saw."""

    rows: int = 0
    inside: int = 0
    batches: int = 0  # kept; a sign that there is progress
    anew: tuple[str, ...] = ()

    def notes(self) -> tuple[str, ...]:
        told = [f"the folder '{name}' was numbered anew, and was read again" for name in self.anew]
        if self.inside:
            told.append(f"{self.inside:,} messages between your own people were left out")
        return tuple(told)


def recognise(text: str) -> dict[str, object] | None:
    """A mailbox needs more than its address to be of use."""
    if not text.startswith(("imap://", "imaps://")):
        return None
    what = "A mailbox is read as it is, but has to know who your own people are."
    mend = (
        "Write it under sources: {mail: {type: imap, host: imap.example.com, user: me@your-domain.com, "
        "password: '${MAIL_PASSWORD}', own_domains: [your-domain.com]}}"
    )
    raise AccountlensError(what, "--from", mend)


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Read the mails that came since the last fetch into a kept file; `Fetched.rows` counts rows that are new."""
    secrets, where, tally = Secrets(folder), f"source '{name}'", _Tally()
    box = Mailbox(_access(source, secrets, where), secrets, where)
    with duckdb.connect(str(file)) as con, closing(box):
        con.execute("SET TimeZone = 'UTC'")
        _make_room(con)
        folders = _patiently(box, tally, lambda: _folders(box, source))
        for done, one in enumerate(folders):
            if progress:
                progress(one, done, len(folders))
            _patiently(box, tally, partial(_read, con, box, one, source, tally))
    if progress:
        progress("", len(folders), len(folders))
    only_inbox = not source.folders and [one.upper() for one in folders] == ["INBOX"]
    return Fetched(tally.rows, (*tally.notes(), *((NO_SENT,) if only_inbox else ())))


def _access(source: Settings, secrets: Secrets, where: str) -> Access:
    return Access(
        host=source.host,
        port=source.port or PORTS[source.security],
        user=source.user,
        password=secrets.fill(source.password or "", f"{where}, password"),
        access_token=secrets.fill(source.access_token or "", f"{where}, access_token"),
        security=source.security,
        timeout_seconds=source.timeout_seconds,
    )


def _patiently(box: Mailbox, tally: _Tally, work: Callable[[], T]) -> T:
    """Try again where a connection broke, after a pause; as long as there is progress, without an end."""
    tries, before = 0, tally.batches
    while True:
        try:
            return work()
        except CUT as error:
            box.close()
            if tally.batches > before:
                tries, before = 0, tally.batches
            if tries == len(PAUSES) or isinstance(error, ssl.SSLCertVerificationError):
                raise AccountlensError(why_cut(error, box.access.timeout_seconds), box.where, GOES_ON) from None
            time.sleep(PAUSES[tries])
            tries += 1


def _folders(box: Mailbox, source: Settings) -> list[str]:
    there = box.folders()
    check_folders(source.folders, there, box.where)
    return source.folders or default_folders(there)


def _read(con: duckdb.DuckDBPyConnection, box: Mailbox, folder: str, source: Settings, tally: _Tally) -> None:
    """Bring a folder up to date, and keep how far it was read with every batch."""
    opened = box.open(folder)
    known = con.execute(f"SELECT validity, upto FROM {READ} WHERE folder = $1", [folder]).fetchall()
    validity, upto = known[0] if known else (opened.validity, 0)
    if validity != opened.validity:
        tally.anew, upto = (*tally.anew, folder), 0
    while upto + 1 < opened.next:
        last = min(upto + SPAN, opened.next - 1)
        uids = box.numbers(upto + 1, last, source.since)
        for first in range(0, len(uids), AT_ONCE):
            batch = uids[first : first + AT_ONCE]
            _keep(con, opened, batch[-1], list(_rows(box.headers(batch), source.own_domains, tally)), tally)
        _keep(con, opened, last, [], tally)
        upto = last


def _rows(headers: Iterable[Headers], own: list[str], tally: _Tally) -> Iterator[Row]:
    """What can't be read has no time, and waits in quarantine."""
    for header in headers:
        mail = read_mail(header.lines, own, header.arrived)
        tally.inside += not mail.rows and not mail.lacks
        yield from mail.rows
        if mail.lacks:
            yield {"activity_id": part_id(mail.id, ""), "message_id": mail.id}


def _make_room(con: duckdb.DuckDBPyConnection) -> None:
    con.register("_empty", SCHEMA.empty_table())
    con.execute(
        f"CREATE SCHEMA IF NOT EXISTS {KEPT}; CREATE SCHEMA IF NOT EXISTS {READ.partition('.')[0]};"
        f"CREATE TABLE IF NOT EXISTS {KEPT}.{TABLE} AS SELECT * FROM _empty;"
        f"CREATE TABLE IF NOT EXISTS {READ} (folder VARCHAR PRIMARY KEY, validity BIGINT, upto BIGINT)"
    )
    con.unregister("_empty")


def _keep(con: duckdb.DuckDBPyConnection, opened: Opened, upto: int, rows: list[Row], tally: _Tally) -> None:
    """Add rows that are not there yet, and how far the folder was read: both or nothing."""
    once = {row["activity_id"]: row for row in reversed(rows)}
    con.register("_came", pa.Table.from_pylist(list(once.values()), SCHEMA))
    place = f"{KEPT}.{TABLE}"
    con.execute("BEGIN")
    try:
        ((count,),) = con.execute(
            f"INSERT INTO {place} SELECT * FROM _came WHERE activity_id NOT IN (SELECT activity_id FROM {place})"
        ).fetchall()
        con.execute(f"INSERT OR REPLACE INTO {READ} VALUES ($1, $2, $3)", [opened.name, opened.validity, upto])
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    finally:
        con.unregister("_came")
    tally.rows += count
    tally.batches += 1
