"""E-mail as activities, from the headers of mailboxes (mbox files). Subjects and bodies are never read into anything.

The table is called `activities` and needs no mapping: one row for each person outside, sent (`email_sent`), answered
(`email_replied`) or received (`message`). Accounts are found by the domain of the column `email`. Mail between own
people is left out. The same message in several mailboxes is one: its key is its Message-ID and the person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
from pydantic import ConfigDict, Field

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.databases import Given, Wanted, land_batches, landing_place
from accountlens.sources.landed import FaultyRow, Landed

Reading = Callable[[str, int, int], None]
TABLE = "activities"
AT_ONCE = 20_000  # rows of a batch
LONGEST_HEADER = 1 << 20  # bytes
TEXTS = ("activity_id", "kind", "direction", "channel", "email", "employee_email", "message_id")
SCHEMA = pa.schema(
    [*((name, pa.string()) for name in TEXTS), ("is_automated", pa.bool_()), ("occurred_at", pa.timestamp("us", "UTC"))]
)


class Settings(SourceSettings):
    """Mailboxes: who wrote to whom, and when."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["mbox"] = "mbox"
    path: str = Field(description="An mbox file, or a glob (mail/*.mbox), relative to the workspace.")
    own_domains: list[str] = Field(min_length=1, description="Your own: [acme.com]; what is under them counts too.")


@dataclass
class _Taken:
    """What the mailboxes gave."""

    rows: list[dict[str, object]] = field(default_factory=list)
    faulty: list[FaultyRow] = field(default_factory=list)
    inside: int = 0


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Read the headers of every message; one that has no date or sender is a faulty row."""
    paths = _paths(source.path, folder, f"source '{name}', path")
    landing_place(con, name)
    own = {domain.lower().lstrip("@.") for domain in source.own_domains}
    taken = _Taken()
    batches = pa.RecordBatchReader.from_batches(SCHEMA, _batches(paths, own, taken, progress))
    landed = land_batches(con, name, Wanted(source.path, TABLE, ""), batches, [Given(one) for one in SCHEMA.names])
    notes = (f"{taken.inside:,} messages between your own people were left out",) if taken.inside else ()
    if progress:
        progress("", len(paths), len(paths))
    return [replace(landed, faulty=tuple(taken.faulty), notes=(*landed.notes, *notes))]


def _batches(paths: list[Path], own: set[str], taken: _Taken, progress: Reading | None) -> Iterator[pa.RecordBatch]:
    for done, path in enumerate(paths):
        if progress:
            progress(path.name, done, len(paths))
        for number, header in enumerate(_headers(path), start=1):
            _take(header, number, path.name, own, taken)
            if len(taken.rows) >= AT_ONCE:
                yield pa.RecordBatch.from_pylist(taken.rows, SCHEMA)
                taken.rows.clear()
    yield pa.RecordBatch.from_pylist(taken.rows, SCHEMA)


def _paths(given: str, folder: Path, where: str) -> list[Path]:
    path = folder / Path(given).expanduser()
    found = [path] if path.is_file() else sorted(one for one in path.parent.glob(path.name) if one.is_file())
    if not found:
        raise AccountlensError(f"There is no mailbox '{given}'.", where, "Paths are read from the workspace.")
    with found[0].open("rb") as file:
        if file.read(5) != b"From ":
            raise AccountlensError(f"'{found[0].name}' is no mbox file: it must begin with 'From '.", where)
    return found


def _headers(path: Path) -> Iterator[bytes]:
    """The header lines of each message; a line `From ` behind a blank one begins the next."""
    header: list[bytes] | None = None
    size, blank = 0, True
    with path.open("rb") as file:
        for line in file:
            if blank and line.startswith(b"From "):
                if header is not None:
                    yield b"".join(header)  # a message without a body
                header, size = [], 0
            elif header is not None:
                if not line.strip() or size > LONGEST_HEADER:
                    yield b"".join(header)
                    header = None
                else:
                    header.append(line)
                    size += len(line)
            blank = not line.strip()
    if header is not None:
        yield b"".join(header)


def _take(raw: bytes, number: int, file: str, own: set[str], taken: _Taken) -> None:
    message = message_from_bytes(raw, policy=policy.compat32)
    senders = _people(message, "From")
    at = _instant(message)
    if at is None or not senders:
        reason = f"message {number} of {file} has no {'date' if at is None else 'sender'} that can be read"
        taken.faulty.append(FaultyRow(number, reason, str(message.get("Message-ID", ""))))
        return
    sender, others = senders[0], _people(message, "To", "Cc")
    sent = _is_own(sender, own)
    outside = [person for person in others if not _is_own(person, own)] if sent else [sender]
    inside = sender if sent else next((person for person in others if _is_own(person, own)), None)
    if not outside:
        taken.inside += 1
        return
    name = str(message.get("Message-ID", "")).strip("<> \t\r\n") or hashlib.sha256(raw).hexdigest()[:32]
    kind = "email_sent" if sent else "email_replied" if message.get("In-Reply-To") else "message"
    for person in outside:
        taken.rows.append(
            {
                "activity_id": f"{name}>{person}",
                "occurred_at": at,
                "kind": kind,
                "direction": "outbound" if sent else "inbound",
                "channel": "email",
                "email": person,
                "employee_email": inside,
                "message_id": name,
                "is_automated": _is_automated(message),
            }
        )


def _people(message: Message, *headers: str) -> list[str]:
    """Addresses, each once, in lower case."""
    found = getaddresses([str(value) for header in headers for value in message.get_all(header, [])])
    return list(dict.fromkeys(address.lower() for _, address in found if "@" in address))


def _instant(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _is_own(address: str, own: set[str]) -> bool:
    host = address.rpartition("@")[2]
    return any(host == domain or host.endswith(f".{domain}") for domain in own)


def _is_automated(message: Message) -> bool:
    """RFC 3834, and what lists and bulk mail say of themselves."""
    told = str(message.get("Auto-Submitted", "no")).lower().strip()
    bulk = str(message.get("Precedence", "")).lower().strip() in ("bulk", "list", "junk")
    return told != "no" or bulk or "List-Unsubscribe" in message or "List-Id" in message
