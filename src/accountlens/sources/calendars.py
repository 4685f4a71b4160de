"""What calendars (iCalendar, RFC 5545) say of meetings: when, how long, with whom. Never a title, text or place.

The lines that are not asked for are dropped before anything is parsed. The same event in several calendars is one, by
its UID; each of its occurrences is one, by the time it was first planned for (RECURRENCE-ID).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from accountlens.errors import AccountlensError
from accountlens.sources.landed import FaultyRow
from accountlens.sources.people import once_each

EVENT_LINES = (
    b"UID", b"DTSTART", b"DTEND", b"DURATION", b"RRULE", b"RDATE", b"EXDATE", b"RECURRENCE-ID", b"SEQUENCE", b"STATUS",
    b"CLASS", b"ATTENDEE", b"ORGANIZER", b"LAST-MODIFIED", b"DTSTAMP",
)  # fmt: skip
CALENDAR_LINES = (b"METHOD", b"X-WR-TIMEZONE", b"CALSCALE", b"VERSION", b"PRODID")
NO_MEETINGS = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")  # methods: answers to an invitation
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
NO_PERSON = ("RESOURCE", "ROOM")
SHARED_HOSTS = ("calendar.google.com",)  # addresses of calendars and rooms
Moment = date | datetime  # a day; a time of a zone, or of none


@dataclass(frozen=True)
class Event:
    """One VEVENT: a series, one changed occurrence of one, or an event that takes place once."""

    uid: str
    component: Any
    rank: tuple[int, int, str]  # the copy to believe: the latest version, of these the one that knows most people

    @property
    def occurrence(self) -> str:
        """For which planned time it stands; empty: for all of the event."""
        told = self.component.get("RECURRENCE-ID")
        return written(told.dt) if told is not None else ""


@dataclass(frozen=True)
class Guest:
    """A person of a meeting. `answer` as calendars write it: accepted, tentative, needs-action, declined."""

    address: str
    answer: str


@dataclass(frozen=True)
class Meeting:
    """One occurrence. `organiser` is an address, or nothing."""

    id: str
    start: Moment
    end: Moment
    organiser: str
    guests: tuple[Guest, ...]
    cancelled: bool
    private: bool


@dataclass
class Calendars:
    """The events of some calendars, and what of them could not be read."""

    zone: tzinfo
    events: dict[tuple[str, str], Event] = field(default_factory=dict)
    faulty: list[FaultyRow] = field(default_factory=list)
    read: int = 0

    def take(self, path: Path, shown: str, where: str) -> None:
        """Add those of a file; of copies of one event the latest version counts."""
        calendar = _parsed(path, shown, where)
        method = str(calendar.get("METHOD", "")).upper()
        if method in NO_MEETINGS:
            return
        for component in calendar.walk("VEVENT"):
            self.read += 1
            if method == "CANCEL":
                component["STATUS"] = "CANCELLED"
            reason = _fault(component)
            if reason:
                text = f"event {self.read} ({shown}) {reason}"
                self.faulty.append(FaultyRow(self.read, text, str(component.get("UID", ""))))
                continue
            event = Event(str(component.get("UID")), component, _rank(component))
            known = self.events.get((event.uid, event.occurrence))
            if known is None or event.rank > known.rank:
                self.events[event.uid, event.occurrence] = event

    def meetings(self, since: datetime, until: datetime) -> Iterator[Meeting]:
        """Every occurrence that ended between two instants (UTC), cancelled and private ones too."""
        groups: dict[str, list[Event]] = {}
        for event in self.events.values():
            groups.setdefault(event.uid, []).append(event)
        for uid, events in groups.items():
            try:
                found = [_meeting(uid, component, occurrence) for component, occurrence in _occurrences(events, until)]
            except (ValueError, OverflowError, AttributeError, TypeError) as error:
                reason = f"event '{uid}' has rules of repetition that make no sense: {str(error)[:100]}"
                self.faulty.append(FaultyRow(self.read, reason, uid))
                continue
            for meeting in found:
                if since <= self.instant(meeting.start) and self.instant(meeting.end) <= until:
                    yield meeting

    def instant(self, moment: Moment) -> datetime:
        """In UTC; what names no zone is local in the calendars' own."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)


def written(moment: Moment) -> str:
    """As text: an instant in UTC, else as it stands."""
    aware = isinstance(moment, datetime) and moment.tzinfo is not None
    return (moment.astimezone(UTC) if aware and isinstance(moment, datetime) else moment).isoformat()


def _parsed(path: Path, shown: str, where: str) -> Any:
    import icalendar
    import x_wr_timezone

    text = b"\r\n".join(needed_lines(path)) + b"\r\n"
    if not text.startswith(b"BEGIN:VCALENDAR"):
        raise AccountlensError(f"'{shown}' is no calendar: it must begin with BEGIN:VCALENDAR.", where)
    if text.count(b"BEGIN:VCALENDAR") != text.count(b"END:VCALENDAR"):
        raise AccountlensError(f"The calendar '{shown}' is cut off: its end is missing.", where, "Export it anew.")
    try:
        calendars = icalendar.Calendar.from_ical(text.decode("utf-8", "replace"), multiple=True)
        whole = x_wr_timezone.to_standard(calendars[0])
        for more in calendars[1:]:
            for component in x_wr_timezone.to_standard(more).walk("VEVENT"):
                whole.add_component(component)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        what = f"The calendar '{shown}' can't be read: {str(error)[:200]}."
        raise AccountlensError(what, where, "Export it anew.") from error
    return whole


def needed_lines(path: Path) -> Iterator[bytes]:
    """The lines to parse, whole ones: events without what nobody asks for, without alarms, tasks and notes."""
    inside: list[bytes] = []
    for line in _unfolded(path):
        name, _, rest = line.partition(b":")
        word = name.partition(b";")[0].upper()
        told = rest.strip().upper()
        if word == b"BEGIN":
            inside.append(told)
        kept = not inside or _is_kept(inside, word)
        if word == b"END" and inside:
            inside.pop()
        if kept:
            yield line


def _is_kept(inside: list[bytes], word: bytes) -> bool:
    if inside[-1] == b"VEVENT":
        return word in (b"BEGIN", b"END", *EVENT_LINES)
    if inside[-1] == b"VCALENDAR":
        return word in (b"BEGIN", b"END", *CALENDAR_LINES)
    return b"VTIMEZONE" in inside


def _unfolded(path: Path) -> Iterator[bytes]:
    """A long line goes on in those that begin with a blank."""
    whole: list[bytes] = []
    with path.open("rb") as file:
        for number, line in enumerate(file):
            text = line.rstrip(b"\r\n")
            text = text.removeprefix(b"\xef\xbb\xbf") if number == 0 else text
            if whole and text[:1] in (b" ", b"\t"):
                whole.append(text[1:])
                continue
            if any(whole):
                yield b"".join(whole)
            whole = [text]
    if any(whole):
        yield b"".join(whole)


def _fault(component: Any) -> str:
    """Why an event can't be used; empty where it can."""
    if broken := [name for name, _ in component.errors if name is not None]:
        return f"has a {broken[0]} that can't be read"
    if "UID" not in component or "DTSTART" not in component:
        return f"has no {'UID' if 'UID' not in component else 'start'}"
    start = component["DTSTART"]
    if isinstance(start, list):
        return "has several starts"
    if "TZID" in start.params and isinstance(start.dt, datetime) and start.dt.tzinfo is None:
        return f"names the time zone '{start.params['TZID']}', which nobody knows"
    if set(re.findall(r"FREQ=(\w+)", _rules(component))) & set(TOO_OFTEN):
        return "repeats by the hour or more often"
    return ""


def _rules(component: Any) -> str:
    rules = component.get("RRULE", [])
    return " ".join(rule.to_ical().decode() for rule in (rules if isinstance(rules, list) else [rules]))


def _rank(component: Any) -> tuple[int, int, str]:
    modified = component.get("LAST-MODIFIED") or component.get("DTSTAMP")
    return int(component.get("SEQUENCE", 0)), len(_guests(component)), written(modified.dt) if modified else ""


def _occurrences(events: list[Event], until: datetime) -> Iterator[tuple[Any, str]]:
    """Components with the planned time they stand for; an event that takes place once has none."""
    import icalendar
    import recurring_ical_events

    only = events[0].component
    if len(events) == 1 and not {"RRULE", "RDATE"} & set(only):
        yield only, events[0].occurrence
        return
    whole = icalendar.Calendar()
    for event in events:
        whole.add_component(event.component)
    first = min(_day(event.component["DTSTART"].dt) for event in events)
    query = recurring_ical_events.of(whole)
    for component in query.between(first - timedelta(days=1), until.date() + timedelta(days=2)):
        yield component, written(component["RECURRENCE-ID"].dt)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _meeting(uid: str, component: Any, occurrence: str) -> Meeting:
    start = component["DTSTART"].dt
    organiser = _addresses(component.get("ORGANIZER"))
    return Meeting(
        id=f"{uid}/{occurrence}",
        start=start,
        end=_end(component, start),
        organiser=organiser[0] if organiser else "",
        guests=_guests(component),
        cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        private=str(component.get("CLASS", "PUBLIC")).upper() != "PUBLIC",
    )


def _end(component: Any, start: Moment) -> Moment:
    """RFC 5545: a day lasts a day, an instant without an end lasts nothing."""
    if "DTEND" in component:
        end: Moment = component["DTEND"].dt
        return end
    if "DURATION" in component:
        return start + component["DURATION"].dt  # type: ignore[no-any-return]
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _guests(component: Any) -> tuple[Guest, ...]:
    """The people invited, and who invited them; rooms and things are left out."""
    found: dict[str, Guest] = {}
    for told, answer in ((component.get("ATTENDEE"), "needs-action"), (component.get("ORGANIZER"), "accepted")):
        for one in told if isinstance(told, list) else [told] if told is not None else []:
            kind = str(one.params.get("CUTYPE", "")).upper()
            for address in _addresses(one) if kind not in NO_PERSON else ():
                said = str(one.params.get("PARTSTAT", answer)).lower()
                found.setdefault(address, Guest(address, said))
    return tuple(found.values())


def _addresses(told: Any) -> list[str]:
    """`mailto:eve@acme.com`; some write the address beside an id of their own."""
    ones: Iterable[Any] = told if isinstance(told, list) else [told] if told is not None else []
    texts = (str(one) if str(one).lower().startswith("mailto:") else str(one.params.get("EMAIL", "")) for one in ones)
    found = once_each(re.sub("^mailto:", "", text.strip(), flags=re.IGNORECASE) for text in texts)
    return [address for address in found if not address.endswith(SHARED_HOSTS)]
