"""Zendesk: whatever goes wrong on the way, what lands is what a faultless fetch lands. Records are synthesised."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Answer, Api, running
from tests.servers.zendesk import Zendesk, seconds
from tests.test_api_salesforce import landed
from tests.workspaces import saying

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import AccountlensError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import zendesk

ENTITIES, _ = load_entities([BUILT_IN])


def ticket(number: int, status: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "status": status, "priority": "high", "type": "problem", "subject": f"Ticket {number}", "description": "geheim",
        "requester_id": 100 + number, "organization_id": 7, "assignee_id": 9, "via": {"channel": "web", "source": {"from": {}}},
        "custom_fields": [{"id": 55, "value": "EMEA"}, {"id": 56, "value": None}], "fields": [{"id": 55, "value": "EMEA"}],
        "created_at": "2026-05-04T10:00:00Z", "updated_at": f"2026-05-0{number}T12:00:00Z", **more,
    }  # fmt: skip


def event(number: int, of: int, at: str, *parts: dict[str, Any], by: int = 101) -> dict[str, Any]:
    return {
        "id": number,
        "ticket_id": of,
        "timestamp": seconds(at),
        "updater_id": by,
        "event_type": "Audit",
        "child_events": list(parts),
    }


def comment(number: int, by: int) -> dict[str, Any]:
    return {
        "id": number,
        "event_type": "Comment",
        "author_id": by,
        "public": True,
        "body": "geheim",
        "html_body": "geheim",
    }


def user(number: int, role: str = "end-user", **more: Any) -> dict[str, Any]:
    return {"id": number, "role": role, "name": f"User {number}", "email": f"u{number}@acme.example", "organization_id": 7, "active": True,
            "suspended": False, "user_fields": {"plan": "gold"}, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z", **more}  # fmt: skip


def desk(**settings: Any) -> Zendesk:
    organization = {"id": 7, "name": "Acme", "domain_names": ["acme.example", "acme.test"], "external_id": "A7", "organization_fields": {"tier": "A"},
                    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "deleted_at": None}  # fmt: skip
    exports = {
        "tickets": [ticket(1, "solved"), ticket(2), ticket(3)],
        "users": [user(9, "agent"), user(101), user(102), user(103)],
        "organizations": [organization],
        "ticket_events": [
            event(501, 1, "2026-05-04T10:00:00Z", {"id": 1, "event_type": "Create", "status": "new"}, comment(2, 101)),
            event(502, 1, "2026-05-04T12:00:00Z", comment(3, 9), {"id": 4, "event_type": "Change", "status": "open", "previous_value": "new"}, by=9),
            event(503, 1, "2026-05-05T10:00:00Z", {"id": 5, "event_type": "Change", "status": "solved", "previous_value": "open"}, by=9),
            event(504, 2, "2026-05-06T10:00:00Z", {"id": 6, "event_type": "Change", "priority": "high"}, by=9),
        ],
    }  # fmt: skip
    metrics = [
        {
            "id": 1,
            "ticket_id": 1,
            "solved_at": "2026-05-05T10:00:00Z",
            "reply_time_in_minutes": {"calendar": 120, "business": 60},
        }
    ]
    ratings = [
        {
            "id": 71,
            "ticket_id": 1,
            "requester_id": 101,
            "score": "good",
            "comment": "thanks",
            "created_at": "2026-05-06T00:00:00Z",
            "updated_at": "2026-05-06T00:00:00Z",
        }
    ]
    fields = [
        {"id": 55, "title": "Region", "removable": True},
        {"id": 1, "title": "Subject", "removable": False},
        {"id": 56, "title": "Why?", "removable": True},
    ]
    return Zendesk(exports, metrics, ratings, fields, **settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets.env").write_text("ZENDESK_TOKEN=hush-token\nACCESS=hush-access\n")
    return tmp_path


def fetch(api: Api, folder: Path, name: str = "crm", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    token = {} if "access_token" in keys else {"user": "una@us.example", "api_token": "${ZENDESK_TOKEN}"}
    source = zendesk.Settings.model_validate({"url": api.url, **patience, **token, **keys})
    return zendesk.fetch(name, source, folder, folder / f"{name}.duckdb")


def test_tickets_people_and_what_happened_come_without_what_was_said(folder: Path) -> None:
    with running(desk()) as api:
        assert fetch(api, folder).rows == 3 + 4 + 4 + 1 + 1
        assert fetch(api, folder).rows == 0
        fetch(api, folder, "other", access_token="${ACCESS}")
    found = landed(folder)
    assert found == landed(folder, "other")
    first = found["ticket"][0]
    assert (first["id"], first["requester_id"], first["via_channel"], first["custom_region"], first["is_deleted"]) == (
        "1",
        "101",
        "web",
        "EMEA",
        False,
    )
    assert [(row["ticket_id"], row["user_id"], str(row["created"]), row["public"]) for row in found["ticket_comment"]] == [
        ("1", "101", "2026-05-04 10:00:00", True), ("1", "9", "2026-05-04 12:00:00", True),
    ]  # fmt: skip
    assert [(row["value"], str(row["updated"])[:10], row["field_name"]) for row in found["ticket_field_history"]] == [
        ("new", "2026-05-04", "status"), ("open", "2026-05-04", "status"), ("solved", "2026-05-05", "status"),
    ]  # fmt: skip
    assert [(row["domain_name"], row["index"]) for row in found["domain_name"]] == [
        ("acme.example", 0),
        ("acme.test", 1),
    ]
    assert json.loads(found["ticket_metric"][0]["reply_time_in_minutes"])["calendar"] == 120
    assert "geheim" not in str(found)
    assert b"geheim" not in (folder / "crm.duckdb").read_bytes()


def test_faults_on_the_way_change_nothing(folder: Path) -> None:
    with running(desk()) as api:
        fetch(api, folder, "plain")
        asked = len(api.asked)
        api.faults |= {asked + 1 + 3 * place: fault for place, fault in enumerate(FAULTS.values())}
        fetch(api, folder)
        assert not api.faults
    assert landed(folder) == landed(folder, "plain")


@pytest.mark.parametrize("trouble", [{"again": True}, {"shuffled": True}])
def test_pages_that_come_twice_or_out_of_order_change_nothing(folder: Path, trouble: dict[str, Any]) -> None:
    with running(desk()) as api:
        fetch(api, folder, "plain")
    there = desk(**trouble)
    there.exports["tickets"].insert(2, ticket(1, "open", updated_at="2026-04-01T00:00:00Z"))  # an older version, later
    with running(there) as api:
        fetch(api, folder)
    assert landed(folder)["ticket"] == landed(folder, "plain")["ticket"]
    assert landed(folder)["user"] == landed(folder, "plain")["user"]


def test_a_fetch_that_dies_goes_on_after_its_last_page(folder: Path) -> None:
    with running(desk()) as api:
        fetch(api, folder, "plain")
        whole = len(api.asked)
        for number in (4, 9):
            for place in range(len(api.asked) + number, len(api.asked) + 99):
                api.faults[place] = FAULTS["500"]
            with pytest.raises(AccountlensError, match="Zendesk answered 500"):
                fetch(api, folder, f"desk{number}")
            api.faults.clear()
            assert landed(folder, f"desk{number}") == {}
            before = len(api.asked)
            assert fetch(api, folder, f"desk{number}").rows == 13
            assert len(api.asked) - before < whole
            assert landed(folder, f"desk{number}") == landed(folder, "plain")


def test_what_changed_or_was_deleted_comes_with_the_next_fetch_and_no_more(folder: Path) -> None:
    there = desk()
    with running(there) as api:
        fetch(api, folder)
        there.exports["tickets"] += [
            ticket(2, "deleted", updated_at="2026-06-01T00:00:00Z", subject="SCRUBBED"),
            ticket(4),
        ]
        there.exports["users"].append(user(102, active=False, updated_at="2026-06-01T00:00:00Z"))
        there.exports["organizations"][0] |= {
            "deleted_at": "2026-06-01T00:00:00Z",
            "updated_at": "2026-06-01T00:00:00Z",
        }
        there.ratings.append(
            {**there.ratings[0], "id": 72, "score": "bad", "updated_at": "2026-05-05T23:30:00Z"}
        )  # late
        asked = len(api.asked)
        assert fetch(api, folder).rows == 5
        exports = [request.query for request in api.asked[asked:] if "incremental" in request.path]
        assert all(query.get("cursor") or int(query["start_time"]) > 0 for query in exports), (
            "from where the last ended"
        )
        fetch(api, folder, "plain")
    assert landed(folder) == landed(folder, "plain")
    found = landed(folder)
    assert [row["id"] for row in found["ticket"] if row["is_deleted"]] == ["2"]
    assert [row["id"] for row in found["user"] if row["is_deleted"]] == ["102"]
    assert found["organization"][0]["is_deleted"]


def test_an_export_is_not_asked_for_the_last_minute(folder: Path) -> None:
    there = desk()
    there.exports["organizations"][0]["updated_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    with running(there) as api:
        fetch(api, folder, tables=["organization"])
        fetch(api, folder, tables=["organization"])
        starts = [int(request.query["start_time"]) for request in api.asked]
    assert max(starts) <= time.time() - 60
    assert len(landed(folder)["organization"]) == 1


def test_own_fields_that_come_or_change_their_type_are_told(folder: Path) -> None:
    there = desk()
    with running(there) as api:
        fetch(api, folder)
        there.fields.append({"id": 57, "title": "Seats", "removable": True})
        there.exports["tickets"].append(ticket(5, custom_fields=[{"id": 57, "value": 3}]))
        first = fetch(api, folder).notes
        there.exports["tickets"].append(ticket(6, custom_fields=[{"id": 57, "value": "many"}]))
        second = fetch(api, folder).notes
    assert any("the new column custom_seats is kept" in note for note in first)
    assert any("custom_seats held whole numbers and now holds text too, for example 'many'" in note for note in second)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer({"error": "Couldn't authenticate you"}, 401), "answered 401: Couldn't authenticate you. Is the API token active"),
        (Answer({"error": {"title": "Forbidden", "message": "You do not have access to this page."}}, 403), "answered 403: .*Exports may be read by admins"),
        (Answer({"error": "APIRateLimitExceeded", "description": "Number of allowed API requests exceeded"}, 429, {"Retry-After": "0"}), "answered 429: .*3 attempts were made"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_said_with_what_to_do(folder: Path, answer: Answer, said: str) -> None:
    with running(desk()) as api:
        api.faults |= dict.fromkeys(range(1, 99), answer)
        with pytest.raises(AccountlensError, match=f"source 'crm': Zendesk {said}") as failed:
            fetch(api, folder)
    assert "hush" not in str(failed.value)


@pytest.mark.long
def test_first_response_and_satisfaction_from_zendesk(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say = saying(folder / "company", capsys)
    with running(desk()) as api:
        monkeypatch.setenv("ZENDESK_USER", "una@us.example")
        monkeypatch.setenv("ZENDESK_TOKEN", "hush-token")
        assert say("init", "--from", f"zendesk:{api.url}")[0] == 0
        code, _, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 0, err
    assert "No entity takes rows" not in err
    code, out, err = say("ask", "first_response_time", "--by", "account_id", "--period", "2026-Q2", "--format", "json")
    assert code == 0, err
    assert {row["by"]["account_id"]: row["value"] for row in json.loads(out)["rows"]}["7"] == 120


def test_init_makes_a_mapping_that_takes_all_in(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = folder / "company"
    with running(desk()) as api:
        monkeypatch.setenv("ZENDESK_USER", "una@us.example")
        monkeypatch.setenv("ZENDESK_TOKEN", "hush-token")
        assert saying(workspace, capsys)("init", "--from", f"zendesk:{api.url}")[0] == 0
        with workbench() as con:
            told = load_settings(workspace)
            landed_tables = land_sources(con, told, workspace, lambda *_: None)
            done = prepare(con, workspace, told, ENTITIES, landed_tables, datetime(2026, 6, 30))
            tickets = con.execute(
                "SELECT account_id, contact_id, first_response_at, solved_at FROM tickets ORDER BY 4"
            ).fetchall()
    assert tickets[0] == ("7", "101", datetime(2026, 5, 4, 12), datetime(2026, 5, 5, 10))
    assert all(balance.whole and not balance.quarantined for balance in done.balance.values())
    assert set(done.present) == {"accounts", "contacts", "employees", "survey_responses", "ticket_comments", "tickets"}
    assert not [warning for warning in done.warnings if "No entity takes rows" in str(warning)]
