"""Calendars as activities: meetings with people outside. What a calendar says is read in `sources/calendars.py`.

The table is called `activities` and needs no mapping: one row for each person outside who did not decline. Accounts are
found by the domain of the column `email`. Meetings that lie ahead, were cancelled or are marked private are left out.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from pydantic import Field, model_validator

from accountlens.catalog.settings import TimeZone
from accountlens.errors import AccountlensError
from accountlens.language.numbers import count
from accountlens.sources.calendars import Calendars, Guest, Meeting
from accountlens.sources.databases import Given, Wanted, land_batches, landing_place
from accountlens.sources.download import WebSettings, download
from accountlens.sources.landed import Landed
from accountlens.sources.people import OwnDomains, is_own, part_id
from accountlens.sources.secrets import Secrets

Reading = Callable[[str, int, int], None]
Row = dict[str, object]
TABLE = "activities"
TEXTS = (
    "activity_id", "occurred_at", "kind", "direction", "channel", "status", "email", "employee_email", "response",
    "meeting_id",
)  # fmt: skip
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), ("minutes", pa.float64())])
NO_PAGE = "Take the calendar's address in iCal format, the secret one where it is not public."
LEFT_OUT = {
    "inside": "of your own people alone",
    "cancelled": "cancelled",
    "private": "marked private",
    "declined": "that one side declined",
}


class Settings(WebSettings):
    """Calendars (.ics): who met whom, when and for how long."""

    type: Literal["ics"] = "ics"
    path: str | None = Field(None, description="An .ics file, a folder of them, or a glob (calendars/*.ics).")
    urls: dict[str, str] = Field(default_factory=dict, description="Calendars by address: {ann: '${ANN_CALENDAR}'}")
    own_domains: OwnDomains
    since: date | None = Field(None, description="Meetings of that day and later; left out: all.")
    time_zone: TimeZone = Field("UTC", description="Where a calendar names no zone: Europe/Berlin.")

    @property
    def keeps(self) -> bool:
        """Files are read where they lie."""
        return bool(self.urls)

    @model_validator(mode="after")
    def _is_somewhere(self) -> Settings:
        if bool(self.path) == bool(self.urls):
            raise ValueError("say where the calendars are: path, or urls")
        return self


def recognise(text: str) -> dict[str, object] | None:
    """A calendar needs more than its place to be of use."""
    if not text.lower().endswith(".ics"):
        return None
    what = "A calendar is read as it is, but has to know who your own people are."
    mend = f"Write it under sources: {{meetings: {{type: ics, path: {text!r}, own_domains: [your-domain.com]}}}}"
    raise AccountlensError(what, "--from", mend)


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Read every calendar; an event that can't be read is a faulty row."""
    where = f"source '{name}'"
    _need_libraries(where)
    calendars = Calendars(ZoneInfo(source.time_zone))
    with tempfile.TemporaryDirectory(prefix="accountlens-") as scratch:
        for shown, path in _files(source, folder, Path(scratch), where, progress):
            calendars.take(path, shown, where)
    landing_place(con, name)
    left_out: Counter[str] = Counter()
    rows = pa.Table.from_pylist(list(_rows(calendars, source, left_out)), SCHEMA)
    landed = land_batches(con, name, Wanted(source.path or name, TABLE, ""), rows, [Given(one) for one in SCHEMA.names])
    notes = [f"left out: {count(left_out[why], 'meeting')} {text}" for why, text in LEFT_OUT.items() if left_out[why]]
    return [replace(landed, faulty=tuple(calendars.faulty), notes=(*landed.notes, *notes))]


def _need_libraries(where: str) -> None:
    missing = [name for name in ("icalendar", "recurring_ical_events") if find_spec(name) is None]
    if missing:
        raise AccountlensError("Calendars need a package more.", where, "pip install 'accountlens[calendar]'")


def _files(
    source: Settings, folder: Path, scratch: Path, where: str, progress: Reading | None
) -> Iterator[tuple[str, Path]]:
    """Each calendar as people know it, and its file."""
    secrets = Secrets(folder)
    places: list[tuple[str, Path | str]] = [*source.urls.items()]
    if source.path is not None:
        places = [(path.name, path) for path in _paths(source.path, folder, where)]
    for done, (shown, place) in enumerate(places):
        if progress:
            progress(shown, done, len(places))
        if isinstance(place, str):
            here = f"{where}, urls, {shown}"
            place = download(source, secrets, secrets.fill(place, here), scratch / shown, here, NO_PAGE)
        yield shown, place
    if progress:
        progress("", len(places), len(places))


def _paths(given: str, folder: Path, where: str) -> list[Path]:
    path = folder / Path(given).expanduser()
    if path.is_file():
        return [path]
    found = path.rglob("*.ics") if path.is_dir() else path.parent.glob(path.name)
    paths = sorted(one for one in found if one.is_file())
    if not paths:
        mend = "Paths are read from the workspace."
        raise AccountlensError(f"There is no calendar '{given}'.", f"{where}, path", mend)
    return paths


def _rows(calendars: Calendars, source: Settings, left_out: Counter[str]) -> Iterator[Row]:
    since = datetime.combine(source.since or date.min, time(), UTC)
    for meeting in calendars.meetings(since, datetime.now(UTC)):
        why = _why_left_out(meeting, source.own_domains)
        if why:
            left_out[why] += 1
            continue
        inside, outside = _sides(meeting, source.own_domains)
        organised_by_us = is_own(meeting.organiser, source.own_domains)
        begin, end = calendars.instant(meeting.start), calendars.instant(meeting.end)
        whole_day = not isinstance(meeting.start, datetime)
        for guest in outside:
            yield {
                "activity_id": part_id(meeting.id, guest.address),
                "occurred_at": str(meeting.start) if whole_day else begin.isoformat(),
                "kind": "meeting",
                "direction": ("outbound" if organised_by_us else "inbound") if meeting.organiser else None,
                "channel": "meeting",
                "status": "completed",
                "email": guest.address,
                "employee_email": meeting.organiser if organised_by_us else next(iter(inside), None),
                "response": guest.answer,
                "meeting_id": part_id(meeting.id, ""),
                "minutes": None if whole_day else (end - begin).total_seconds() / 60,
            }


def _why_left_out(meeting: Meeting, own: list[str]) -> str:
    """The key of LEFT_OUT; empty for a meeting that counts."""
    if all(is_own(guest.address, own) for guest in meeting.guests):
        return "inside"
    if meeting.cancelled:
        return "cancelled"
    if meeting.private:
        return "private"
    inside, outside = _sides(meeting, own)
    ours = [guest for guest in meeting.guests if is_own(guest.address, own)]
    return "declined" if not outside or (ours and not inside) else ""


def _sides(meeting: Meeting, own: list[str]) -> tuple[list[str], list[Guest]]:
    """Who of us and who of the others did not decline."""
    coming = [guest for guest in meeting.guests if guest.answer != "declined"]
    inside = [guest.address for guest in coming if is_own(guest.address, own)]
    return inside, [guest for guest in coming if not is_own(guest.address, own)]
