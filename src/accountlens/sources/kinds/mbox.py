"""E-mail as activities, from the headers of mailboxes (mbox files); what a mail says is read in `sources/mail.py`.

The table is called `activities` and needs no mapping. Mail between own people is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Literal

import duckdb
import pyarrow as pa
from pydantic import ConfigDict, Field

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.databases import Given, Wanted, land_batches, landing_place
from accountlens.sources.landed import FaultyRow, Landed
from accountlens.sources.mail import SCHEMA, TABLE, Row, read_mail
from accountlens.sources.people import OwnDomains

Reading = Callable[[str, int, int], None]
AT_ONCE = 20_000  # rows of a batch
LONGEST_HEADER = 1 << 20  # bytes


class Settings(SourceSettings):
    """Mailboxes: who wrote to whom, and when."""

    model_config = ConfigDict(extra="forbid")

    local: ClassVar[bool] = True
    type: Literal["mbox"] = "mbox"
    path: str = Field(description="An mbox file, or a glob (mail/*.mbox), relative to the workspace.")
    own_domains: OwnDomains


@dataclass
class _Taken:
    """What the mailboxes gave."""

    rows: list[Row] = field(default_factory=list)
    faulty: list[FaultyRow] = field(default_factory=list)
    inside: int = 0


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Read the headers of every message; one that has no date or sender is a faulty row."""
    paths = _paths(source.path, folder, f"source '{name}', path")
    landing_place(con, name)
    taken = _Taken()
    batches = pa.RecordBatchReader.from_batches(SCHEMA, _batches(paths, source.own_domains, taken, progress))
    landed = land_batches(con, name, Wanted(source.path, TABLE, ""), batches, [Given(one) for one in SCHEMA.names])
    notes = (f"{taken.inside:,} messages between your own people were left out",) if taken.inside else ()
    if progress:
        progress("", len(paths), len(paths))
    return [replace(landed, faulty=tuple(taken.faulty), notes=(*landed.notes, *notes))]


def _batches(paths: list[Path], own: list[str], taken: _Taken, progress: Reading | None) -> Iterator[pa.RecordBatch]:
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


def _take(raw: bytes, number: int, file: str, own: list[str], taken: _Taken) -> None:
    mail = read_mail(raw, own)
    if mail.lacks:
        reason = f"message {number} of {file} has no {mail.lacks} that can be read"
        taken.faulty.append(FaultyRow(number, reason, mail.id))
    taken.rows += mail.rows
    taken.inside += not mail.rows and not mail.lacks
