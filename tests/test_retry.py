"""Quarantined rows are exported, mended and taken in place of the faulty ones; every row is counted once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.workspaces import Say, saying, write_files

import accountlens.sources.staging as staging
from accountlens import Workspace

FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name\na1,Acme\n",
    "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at\n"
    "o1,a1,won,12k,2026-01-01,2026-01-10\no2,a1,won,-5,2026-01-01,2026-01-10\no3,a1,won,7,2026-01-01,2026-01-10\n"
    'o4,a1,won,"8,2026-01-01,2026-01-10\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    Workspace(tmp_path).refresh()
    return tmp_path


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(folder, capsys)


def balance(folder: Path) -> tuple[int, int, int]:
    found = Workspace(folder).snapshots()[0].balance["opportunities"]
    return found.taken_in, found.accepted, found.quarantined


def amounts(folder: Path) -> dict[str, float]:
    return dict(Workspace(folder).lists().read("opportunities", "opportunity_id, amount"))


def mend(folder: Path, file: str, **cells: dict[str, str]) -> None:
    """Write cells by opportunity into an exported file."""
    with (folder / file).open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        row.update(cells.get(row["opportunity_id"] or f"line{row['row_number']}", {}))
    with (folder / file).open("w", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("large_rows", [1_000_000, 0])
def test_mended_rows_stand_in_the_place_of_the_faulty_ones(
    folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch, large_rows: int
) -> None:
    monkeypatch.setattr(staging, "LARGE_ROWS", large_rows)  # copied, or read again from the file
    assert balance(folder) == (4, 1, 3)
    assert say("quarantine", "--table", "opportunities", "--export", str(folder / "m.csv"))[0] == 0
    mend(folder, "m.csv", o1={"amount": "12000"})
    code, out, _ = say("quarantine", "--retry", str(folder / "m.csv"))
    assert (code, out) == (0, "1 correction kept in corrections.csv, 2 rows left as before\n")
    Workspace(folder).refresh()
    assert balance(folder) == (4, 2, 2)
    assert amounts(folder) == {"o1": 12000, "o3": 7}
    # what is mended badly is set aside again, and can be mended again
    say("quarantine", "--table", "opportunities", "--export", str(folder / "m.csv"))
    bad = {"opportunity_id": "o4", "account_id": "a1", "status": "won", "amount": "eight", "closed_at": "2026-01-11"}
    mend(folder, "m.csv", o2={"amount": "5"}, line4=bad)
    say("quarantine", "--retry", str(folder / "m.csv"))
    Workspace(folder).refresh(full=True)
    assert (balance(folder), amounts(folder)["o2"]) == ((4, 3, 1), 5)
    say("quarantine", "--table", "opportunities", "--export", str(folder / "m.csv"))
    mend(folder, "m.csv", o4={"amount": "8"})
    say("quarantine", "--retry", str(folder / "m.csv"))
    Workspace(folder).refresh()
    assert balance(folder) == (4, 4, 0)
    assert amounts(folder) == {"o1": 12000, "o2": 5, "o3": 7, "o4": 8}
    # the source changes: what was mended is not used any more
    (folder / "data" / "opportunities.csv").write_text(FILES["data/opportunities.csv"].replace("12k", "13k"))
    Workspace(folder).refresh()
    assert balance(folder) == (4, 3, 1)


def test_rows_that_are_not_in_quarantine_are_told_and_nothing_is_kept(folder: Path, say: Say) -> None:
    say("quarantine", "--export", str(folder / "all.csv"))
    text = (folder / "all.csv").read_text().replace("12k", "12000") + "opportunities,crm/opportunities.csv,3,,{}\n"
    (folder / "all.csv").write_text(text)
    code, _, err = say("quarantine", "--retry", str(folder / "all.csv"))
    assert code == 1
    assert "row 4: crm/opportunities.csv row 3 of opportunities is not in quarantine" in err
    assert not (folder / "corrections.csv").exists()
    (folder / "all.csv").write_text("amount\n5\n")
    assert (
        "The column table and source and row_number is missing"
        in say("quarantine", "--retry", str(folder / "all.csv"))[2]
    )
