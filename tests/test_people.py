"""A mail or a meeting is its contact's, by the e-mail address; also after that person was erased."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import write_files

from accountlens.workspace import Workspace

NOW = datetime(2026, 7, 1)
FILES = {
    "accountlens.yaml": "name: Tiny\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,domain\nA,Acme,acmeworks.com\nB,Bolt,boltworks.com\n",
    "data/contacts.csv": "contact_id,account_id,email,name\nC1,A, Eve@AcmeWorks.com ,Eve Quillfeather\nC2,A,team@acmeworks.com,T\n"
    "C3,B,team@acmeworks.com,U\nC4,B,,\n",
    "data/activities.csv": "activity_id,occurred_at,kind,status,contact_id,email\n"
    "m1,2026-03-02T10:00Z,meeting,completed,,eve@acmeworks.com\n"
    "m2,2026-03-03T10:00Z,meeting,completed,C4,EVE@acmeworks.com\n"  # a word of the source stands above a guess
    "m3,2026-03-04T10:00Z,meeting,completed,,team@acmeworks.com\n"  # of two nobody is guessed
    "m4,2026-03-05T10:00Z,meeting,completed,,dan@boltworks.com\n"
    "m5,2026-03-06T10:00Z,meeting,completed,,\n",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("company"), FILES)
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def folder(company: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(company, tmp_path / "company"))


def people(folder: Path) -> list[tuple[str | None, ...]]:
    return sorted(Workspace(folder).lists().read("activities", "activity_id, account_id, contact_id, email"))


def conversations(folder: Path) -> float:
    (row,) = Workspace(folder).ask("conversations", period="2026-03").rows()
    return float(row["value"])


def test_who_is_met_is_known_by_the_address_where_one_contact_has_it(folder: Path) -> None:
    assert people(folder) == [
        ("m1", "A", "C1", "eve@acmeworks.com"),
        ("m2", "B", "C4", "EVE@acmeworks.com"),
        ("m3", "A", None, "team@acmeworks.com"),
        ("m4", "B", None, "dan@boltworks.com"),
        ("m5", None, None, None),
    ]
    assert conversations(folder) == 2


def test_a_contact_that_comes_later_gets_the_meetings_of_before(folder: Path) -> None:
    write_files(folder, {"data/contacts.csv": FILES["data/contacts.csv"] + "C9,B,dan@boltworks.com,Dan\n"})
    Workspace(folder).refresh(as_of=NOW)
    assert people(folder)[3] == ("m4", "B", "C9", "dan@boltworks.com")
    assert conversations(folder) == 3


def test_mail_of_an_erased_person_stays_without_the_address(folder: Path) -> None:
    Workspace(folder).erase("C1")
    for full in (False, True):
        Workspace(folder).refresh(as_of=NOW, full=full)
        (first, second, *_) = people(folder)
        assert str(first[2]).startswith("erased-")
        assert (first[:2], first[3]) == (("m1", "A"), None)
        assert str(second[3]).endswith("@erased.invalid"), "also where the row is another contact's"
        assert conversations(folder) == 2
    for file in folder.rglob("*.parquet"):
        assert b"eve@acmeworks" not in file.read_bytes().lower()
