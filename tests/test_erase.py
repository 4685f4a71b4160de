"""A person is erased everywhere, for good and again at each refresh, and no count and no KPI changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.workspaces import write_files

import accountlens.erasing.run as erasing
from accountlens import Workspace
from accountlens.errors import AccountlensError
from accountlens.surfaces.cli.app import run

# Every planted value holds one of these, and nothing else does.
PLANTED = ("zephyrine", "quillfeather", "pc-77", "ld-88", "555-0199")
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,domain,tier\na1,Acme,acme.com,A\na2,Beta,beta.io,B\n",
    "data/contacts.csv": "contact_id,account_id,email,name,title,buying_role,phone\n"
    "pc-77,a1,Zephyrine.Quillfeather@acme.com,Zephyrine Quillfeather,Quillfeather of all trades,champion,555-0199\n"
    "c2,a1,Mary-Zephyra@acme.com,Mary Z,CFO,decision_maker,555-0100\nc3,a2,c3@beta.io,Carl,,,\n",
    "data/leads.csv": "lead_id,created_at,email,account_id,contact_id,source,score,became_mql_at,hobby\n"
    "ld-88,2026-01-05,zephyrine.quillfeather@ACME.com,,,ads,120,2026-02-01,quillfeathers\n"
    "ld-89,2026-02-05,,a1,pc-77,ads,20,,\nl3,2026-02-06,c3@beta.io,,,web,130,2026-03-01,chess\n",
    "data/activities.csv": "activity_id,occurred_at,kind,account_id,contact_id,direction,status,message_id,subject\n"
    + "".join(f"x{n},2026-0{1 + n % 5}-0{1 + n % 7},{kind},,{who},{way},completed,m{n},for {who}\n"
              for n, (kind, who, way) in enumerate([(k, w, d) for k in ("call", "email_sent", "meeting", "page_view")
              for w in ("pc-77", "c2", "c3") for d in ("inbound", "outbound")])),
    "data/survey_responses.csv": "response_id,survey,answered_at,score,contact_id,comment\n"
    "r1,nps,2026-03-01,9,pc-77,ask for zephyrine\nr2,nps,2026-03-02,3,c2,\nr3,nps,2026-03-03,99,pc-77,zephyrine again\n",
    "data/tickets.csv": "ticket_id,created_at,contact_id,solved_at,about\nt1,2026-03-01,pc-77,2026-03-02,quillfeather lost\nt2,2026-03-01,c2,,none\n",
    "data/ticket_comments.csv": "ticket_id,occurred_at,author_kind,is_public,body\nt1,2026-03-01T05:00,customer,true,Zephyrine here\nt2,2026-03-01T07:00,agent,true,hello\n",
    "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at,name\no1,a1,won,10,2026-01-01,2026-04-01,deal\no2,a2,lost,5,2026-01-01,2026-04-02,deal\n",
    "data/opportunity_contacts.csv": "opportunity_id,contact_id,role\no1,pc-77,champion\no2,c3,user\n",
    "data/usage_events.csv": "account_id,contact_id,occurred_at,feature,count\na1,pc-77,2026-03-01,search,2\na1,c2,2026-03-01,search,2\n",
    "matches.csv": "kind,value,account_id,decision,decided_at,by,note\ndomain,acme.org,a1,accept,2026-01-01,me,says zephyrine.quillfeather@acme.com\n",
}  # fmt: skip
NOW = datetime(2026, 7, 1)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots of a company that knows the person in every way there is."""
    folder = tmp_path_factory.mktemp("company")
    write_files(folder, FILES)
    Workspace(folder).refresh(as_of=datetime(2026, 6, 1))
    (folder / "data" / "accounts.csv").write_text(FILES["data/accounts.csv"] + "a3,Gamma,,C\n")
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def folder(company: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(company, tmp_path / "company"))


def planted(folder: Path) -> list[str]:
    """Where in the store, or in what people keep beside it, any planted value stands: every byte, Parquet decoded."""
    found = []
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "data"]
    with duckdb.connect() as con:
        for file in files:
            text = file.read_bytes().lower()
            if file.suffix == ".parquet":
                rows = con.execute("SELECT * FROM read_parquet($1, hive_partitioning = false)", [str(file)]).fetchall()
                text += repr(rows).lower().encode()
                text += repr(con.execute("SELECT * FROM parquet_metadata($1)", [str(file)]).fetchall()).lower().encode()
            found += [f"{word} in {file.relative_to(folder)}" for word in PLANTED if word.encode() in text]
    return found


def answers(folder: Path) -> Iterator[Any]:
    """Every KPI, in total and by an attribute of accounts, with parts, samples and intervals."""
    workspace = Workspace(folder)
    for name in workspace.catalog.kpis:
        try:
            answer = workspace.ask(name, by="tier", period="2026-01..2026-06")
            rows = [(r["by"], r["value"], r["n"], r["lower"], r["upper"], r["parts"]) for r in answer.rows()]
        except AccountlensError as error:
            rows = [str(error)]
        yield name, rows


def same(one: Any, other: Any) -> bool:
    """Equal; sums of numbers that were added in another order up to the last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def balance(folder: Path) -> list[Any]:
    return [
        (one.id, dict(one.balance), {n: t.rows for n, t in one.tables.items()}) for one in Workspace(folder).snapshots()
    ]


def test_nothing_of_the_person_is_left_and_every_kpi_is_what_it_was(folder: Path) -> None:
    assert len(planted(folder)) > 20
    before, rows = list(answers(folder)), balance(folder)
    done = Workspace(folder).erase("pc-77")
    assert dict(done.records) == {"contacts": 1, "leads": 2}
    assert (done.left, done.snapshots, done.notes) == ([], 2, ["matches.csv"])
    assert planted(folder) == []
    assert balance(folder) == rows
    for one, other in zip(before, answers(folder), strict=True):
        assert same(one, other), one[0]
    kept = Workspace(folder).lists().read("contacts", "contact_id, email, name, title, buying_role, phone")
    person, *others = sorted(kept, reverse=True)
    assert person[0].startswith("erased-")
    assert person[1].endswith("@erased.invalid")
    assert person[2:] == (None, None, "champion", None)
    assert others == [("c3", "c3@beta.io", "Carl", None, None, None),
                      ("c2", "Mary-Zephyra@acme.com", "Mary Z", "CFO", "decision_maker", "555-0100")]  # fmt: skip
    # the sources still have the person: what a refresh takes in is erased again, and again nothing changes
    for full in (False, True):
        Workspace(folder).refresh(as_of=NOW, full=full)
        assert planted(folder) == []
        assert balance(folder)[0][1] == rows[0][1]
    for one, other in zip(before, answers(folder), strict=True):
        assert same(one, other), one[0]


def test_new_records_of_an_erased_person_are_erased_as_they_come(folder: Path) -> None:
    Workspace(folder).erase("zephyrine.quillfeather@acme.com")
    contacts = (folder / "data" / "contacts.csv").read_text()
    again = "c9,a1,zephyrine.quillfeather@acme.com,Zephyrine Q,Boss,user,1\n"
    (folder / "data" / "contacts.csv").write_text(contacts + again)
    activities = (folder / "data" / "activities.csv").read_text()
    (folder / "data" / "activities.csv").write_text(
        activities + "x99,2026-05-09,call,,c9,inbound,completed,m99,zephyrine rang\n"
    )
    Workspace(folder).refresh(as_of=NOW)
    assert planted(folder) == []
    rows = Workspace(folder).lists().read("activities", "account_id, contact_id, subject", "activity_id = 'x99'")
    assert [(account, contact[:7], subject) for account, contact, subject in rows] == [("a1", "erased-", None)]


@pytest.mark.parametrize("place", ["begin", "_finish"])
def test_an_erasure_cut_off_half_way_is_finished_by_running_it_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    whole, calls = getattr(erasing, place), [0]

    def cut_off(*arguments: Any) -> Any:
        calls[0] += 1
        if place == "begin" or calls[0] > 1:  # `_finish` also looks for what an earlier one left
            raise KeyboardInterrupt
        return whole(*arguments)

    monkeypatch.setattr(erasing, place, cut_off)
    with pytest.raises(KeyboardInterrupt):
        Workspace(folder).erase("pc-77")
    assert planted(folder)
    Workspace(folder).ask("nps", period="2026-Q1").rows()
    monkeypatch.undo()
    Workspace(folder).erase("pc-77")
    assert planted(folder) == []
    with pytest.raises(AccountlensError, match="'pc-77' is erased already"):
        Workspace(folder).erase("pc-77")


def test_the_command_shows_first_and_asks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["-C", str(folder), "erase", "ld-88"]) == 1
    out, err = capsys.readouterr()
    assert "Zephyrine Quillfeather" in out
    assert "survey_responses" in out
    assert "--yes" in err
    assert planted(folder), "nothing was erased"
    assert run(["-C", str(folder), "erase", "nobody@acme.com"]) == 1
    assert "No contact and no lead is known as 'nobody@acme.com'" in capsys.readouterr().err
    assert run(["-C", str(folder), "erase", "ld-88", "--yes"]) == 0
    out, err = capsys.readouterr()
    assert "nothing names this person any more" in out
    assert "sources (crm) may still have this person" in err
