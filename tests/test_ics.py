"""Calendars: who met whom, when and for how long, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.servers import web
from tests.servers.web import Page

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import SourceSettings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.calendars import needed_lines
from accountlens.sources.landed import Landed
from accountlens.sources.origin import find_origin
from accountlens.sources.registry import land_source, read_sources

ENTITIES, _ = load_entities([BUILT_IN])
ANN, EVE, CID = "ann@us.example", "eve@acmeworks.com", "cid@boltworks.com"


def event(
    uid: str, start: str, *lines: str, end: str = "DURATION:PT1H", of: str = ANN, guests: tuple[str, ...] = (ANN, EVE)
) -> str:
    people = [one if one.startswith("ATTENDEE") else f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{one}" for one in guests]
    told = [f"UID:{uid}", f"DTSTART{start}", end, "SUMMARY:geheim", "DESCRIPTION:geheim\\, sehr", "LOCATION:geheim"]
    return "\r\n".join(["BEGIN:VEVENT", *told, *([f"ORGANIZER;CN=geheim:mailto:{of}"] if of else []), *people, *lines,
                        "BEGIN:VALARM", "TRIGGER:-PT5M", "DESCRIPTION:geheim", "END:VALARM", "END:VEVENT"])  # fmt: skip


def calendar(*events: str, more: str = "") -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//", *([more] if more else []), *events, "END:VCALENDAR", ""]
    )


BERLIN = ";TZID=Europe/Berlin:"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as one:
        one.execute("SET TimeZone = 'UTC'")
        yield one


def land(con: duckdb.DuckDBPyConnection, folder: Path, *calendars: str, **keys: Any) -> Landed:
    for number, text in enumerate(calendars):
        (folder / f"{number}.ics").write_bytes(text.encode())
    given = {"type": "ics", "own_domains": ["us.example"], **({} if "urls" in keys else {"path": "."}), **keys}
    source = read_sources(folder, {"meetings": SourceSettings.model_validate(given)})["meetings"]
    (landed,) = land_source(con, "meetings", source, folder)
    return landed


def met(con: duckdb.DuckDBPyConnection, *columns: str) -> list[Any]:
    listed = ", ".join(columns or ("occurred_at",))
    rows = con.execute(f"SELECT {listed} FROM meetings.activities ORDER BY occurred_at, email").fetchall()
    return rows if len(columns) > 1 else [row[0] for row in rows]


def test_a_meeting_is_a_row_for_each_person_outside(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room4@acmeworks.com"
    shared = "ATTENDEE:mailto:c_188@resource.calendar.google.com"
    apple = 'ATTENDEE;CN="geheim; and: more";EMAIL=CID@boltworks.com;PARTSTAT=TENTATIVE:urn:uuid:12'
    gone = "ATTENDEE;PARTSTAT=DECLINED:mailto:no@boltworks.com"
    ours = event(
        "1",
        f"{BERLIN}20260302T100000",
        end=f"DTEND{BERLIN}20260302T104500",
        guests=(ANN, EVE, room, shared, apple, gone),
    )
    theirs = event(
        "2",
        ":20260303T090000Z",
        of=EVE,
        guests=("bob@sales.us.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:ann@us.example"),
    )
    nobodys = event("3", ":20260304T090000Z", of="", guests=(EVE,), end="DTSTAMP:20260101T000000Z")
    landed = land(con, tmp_path, calendar(ours, theirs, nobodys))
    assert met(con, "occurred_at", "minutes", "email", "employee_email", "direction", "response", "kind", "status") == [
        ("2026-03-02T09:00:00+00:00", 45, CID, ANN, "outbound", "tentative", "meeting", "completed"),
        ("2026-03-02T09:00:00+00:00", 45, EVE, ANN, "outbound", "accepted", "meeting", "completed"),
        ("2026-03-03T09:00:00+00:00", 60, EVE, "bob@sales.us.example", "inbound", "accepted", "meeting", "completed"),
        ("2026-03-04T09:00:00+00:00", 0, EVE, None, None, "accepted", "meeting", "completed"),
    ]
    everything = str(con.execute("SELECT COLUMNS(*)::VARCHAR FROM meetings.activities").fetchall()) + str(landed)
    assert "geheim" not in everything, "no title, no text, no place, no name"
    parsed = b" ".join(needed_lines(tmp_path / "0.ics"))
    assert not [word for word in (b"SUMMARY", b"DESCRIPTION", b"LOCATION", b"VALARM") if word in parsed], "nor parsed"
    ids = met(con, "activity_id")
    assert len(set(ids)) == 4
    assert not any("@" in one for one in ids), "an id tells no address"


def test_what_did_not_take_place_with_people_outside_is_left_out_and_counted(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    no = "ATTENDEE;PARTSTAT=DECLINED:mailto:"
    day = ":20260302T100000Z"
    landed = land(
        con,
        tmp_path,
        calendar(
            event("own", day, guests=(ANN, "bob@us.example")),
            event("alone", day, of="", guests=()),
            event("off", day, "STATUS:CANCELLED"),
            event("dentist", day, "CLASS:PRIVATE"),
            event("they", day, guests=(ANN, no + EVE)),
            event("we", day, of=EVE, guests=(no + ANN, EVE)),
            event("ahead", ":29990302T100000Z"),
        ),
        calendar(event("called off", day), more="METHOD:CANCEL"),
        calendar(event("an answer", day), more="METHOD:REPLY"),
    )
    assert met(con) == []
    assert landed.notes == (
        "left out: 2 meetings of your own people alone",
        "left out: 2 meetings cancelled",
        "left out: 1 meeting marked private",
        "left out: 2 meetings that one side declined",
    )


def test_a_series_is_its_occurrences_up_to_now_at_local_time(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    weekly = event(
        "w", f"{BERLIN}20260316T100000", "RRULE:FREQ=WEEKLY;COUNT=5", f"EXDATE{BERLIN}20260323T100000",
    )  # fmt: skip
    moved = event("w", f"{BERLIN}20260402T150000", f"RECURRENCE-ID{BERLIN}20260330T100000", "SEQUENCE:1")
    off = event("w", f"{BERLIN}20260406T100000", f"RECURRENCE-ID{BERLIN}20260406T100000", "STATUS:CANCELLED")
    landed = land(con, tmp_path, calendar(weekly, moved, off))
    assert met(con) == ["2026-03-16T09:00:00+00:00", "2026-04-02T13:00:00+00:00", "2026-04-13T08:00:00+00:00"]
    assert landed.notes == ("left out: 1 meeting cancelled",)


def test_a_series_without_an_end_stops_at_the_present(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    land(con, tmp_path, calendar(event("d", ":20260301T100000Z", "RRULE:FREQ=DAILY")))
    days = met(con)
    now = datetime.now().astimezone()
    assert datetime.fromisoformat(days[-1]) < now
    assert len(days) in ((now - datetime.fromisoformat("2026-03-01T10:00:00Z")).days + extra for extra in (0, 1))


def test_one_event_in_several_calendars_is_one_and_its_latest_version_counts(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    series = event("s", f"{BERLIN}20260302T100000", "RRULE:FREQ=DAILY;COUNT=2")
    moved = event("s", ":20260303T120000Z", "RECURRENCE-ID:20260303T090000Z", "SEQUENCE:2")
    stale = event("s", f"{BERLIN}20260303T110000", f"RECURRENCE-ID{BERLIN}20260303T100000", "SEQUENCE:1")
    once, later = event("o", ":20260310T090000Z"), event("o", ":20260311T090000Z", "SEQUENCE:1")
    all_known, hidden = event("h", ":20260320T090000Z", guests=(ANN, EVE, CID)), event("h", ":20260320T090000Z")
    land(
        con, tmp_path, calendar(series, moved, once, hidden), calendar(stale, later, all_known), calendar(series, moved)
    )
    first = met(con, "occurred_at", "email")
    assert first == [
        ("2026-03-02T09:00:00+00:00", EVE),
        ("2026-03-03T12:00:00+00:00", EVE),
        ("2026-03-11T09:00:00+00:00", EVE),
        ("2026-03-20T09:00:00+00:00", CID),
        ("2026-03-20T09:00:00+00:00", EVE),
    ]
    ids = met(con, "activity_id")
    (tmp_path / "1.ics").unlink()
    land(con, tmp_path)
    assert set(met(con, "activity_id")) < set(ids), "a moved meeting keeps its id, whichever calendar tells of it"


@pytest.mark.parametrize(
    ("start", "more", "zone", "at"),
    [
        (";TZID=W. Europe Standard Time:20260702T100000", "", "UTC", "2026-07-02T08:00:00+00:00"),
        (":20260702T100000", "", "America/New_York", "2026-07-02T14:00:00+00:00"),
        (":20260702T100000", "X-WR-TIMEZONE:Europe/Berlin", "America/New_York", "2026-07-02T08:00:00+00:00"),
        (";TZID=Ours:20260702T100000", ("BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
         "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE"), "UTC", "2026-07-02T07:00:00+00:00"),
        (";VALUE=DATE:20260702", "", "UTC", "2026-07-02"),
    ],
)  # fmt: skip
def test_a_time_is_an_instant_in_its_zone(
    start: str, more: str, zone: str, at: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    land(con, tmp_path, calendar(event("z", start, end="DTSTAMP:20260101T000000Z"), more=more), time_zone=zone)
    assert met(con) == [at]


def test_an_event_that_makes_no_sense_is_a_faulty_row(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    wrong = [
        event("a", ":2026-03-02"),
        event("b", ";TZID=Nowhere/Land:20260302T100000"),
        event("c", ":20260302T100000Z", "RRULE:FREQ=MINUTELY"),
        event("d", ":20260302T100000Z", "RRULE:FREQ=NEVER"),
        event("e", ":20260302T100000Z").replace("UID:e\r\n", ""),
        event("good", ":20260302T100000Z"),
    ]
    landed = land(con, tmp_path, calendar(*wrong))
    assert [(row.row_number, row.reason, row.content) for row in landed.faulty] == [
        (1, "event 1 (0.ics) has a DTSTART that can't be read", "a"),
        (2, "event 2 (0.ics) names the time zone 'Nowhere/Land', which nobody knows", "b"),
        (3, "event 3 (0.ics) repeats by the hour or more often", "c"),
        (4, "event 4 (0.ics) has a RRULE that can't be read", "d"),
        (5, "event 5 (0.ics) has no UID", ""),
    ]
    assert landed.rows == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,date\n", r"'0\.ics' is no calendar: it must begin with BEGIN:VCALENDAR"),
        (calendar(event("a", ":20260302T100000Z"))[:-20], r"The calendar '0\.ics' is cut off: its end is missing"),
        (calendar("BEGIN:VEVENT\r\nUID:1"), r"The calendar '0\.ics' can't be read"),
    ],
)
def test_a_file_that_is_no_calendar_is_told(
    text: str, said: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(AccountlensError, match=said):
        land(con, tmp_path, text)


def test_a_calendar_behind_a_secret_address_is_read_and_not_told(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web.running() as site:
        site.pages["/s3cr3t/basic.ics"] = Page(calendar(event("a", ":20260302T100000Z")).encode())
        monkeypatch.setenv("ANN_CALENDAR", site.url("/s3cr3t/basic.ics"))
        land(con, tmp_path, urls={"ann": "${ANN_CALENDAR}"})
        assert met(con) == ["2026-03-02T10:00:00+00:00"]
        site.pages["/s3cr3t/basic.ics"] = Page(b"<html>Sign in</html>")
        with pytest.raises(AccountlensError, match="urls, ann: There is a web page at this address") as caught:
            land(con, tmp_path, urls={"ann": "${ANN_CALENDAR}"})
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"own_domains": []}, "own_domains"),
        ({"own_domains": ["ann@us.example"]}, "'ann@us.example' is no domain"),
        ({"urls": {"a": "https://x.example/a.ics"}, "path": "."}, "say where the calendars are: path, or urls"),
        ({"time_zone": "Berlin"}, "'Berlin' is no time zone"),
    ],
)
def test_settings_that_make_no_sense_are_told(
    keys: dict[str, Any], said: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(ProblemsError, match=said):
        land(con, tmp_path, **keys)


def test_init_says_what_a_calendar_needs() -> None:
    with pytest.raises(AccountlensError, match=r"own_domains: \[your-domain.com\]"):
        find_origin("calendars/ann.ics")


def test_meetings_find_their_accounts(tmp_path: Path) -> None:
    (tmp_path / "ann.ics").write_text(
        calendar(event("a", ":20260302T100000Z", guests=(ANN, EVE, CID))), encoding="utf-8"
    )
    (tmp_path / "bob.ics").write_text(
        calendar(event("a", ":20260302T100000Z", guests=(ANN, EVE, CID))), encoding="utf-8"
    )
    (tmp_path / "accounts.csv").write_text("account_id,name,domain\nA,Acme,acmeworks.com\n", encoding="utf-8")
    settings = (
        "sources:\n  crm: {path: accounts.csv}\n  meetings: {type: ics, path: '*.ics', own_domains: [us.example]}\n"
    )
    (tmp_path / "accountlens.yaml").write_text(settings, encoding="utf-8")
    with workbench() as con:
        told = load_settings(tmp_path)
        landed = land_sources(con, told, tmp_path, lambda *_: None)
        done = prepare(con, tmp_path, told, ENTITIES, landed, datetime(2026, 6, 1))
        found = con.execute(
            "SELECT account_id, kind, minutes, status, occurred_at FROM activities ORDER BY 1"
        ).fetchall()
    at = datetime(2026, 3, 2, 10)
    assert found == [("A", "meeting", 60, "completed", at), (None, "meeting", 60, "completed", at)]
    assert (done.balance["activities"].taken_in, done.balance["activities"].accepted) == (2, 2)
