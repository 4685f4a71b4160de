"""Targets: set, dated, refused with a way out, and put beside the answers they are about."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from tests.selling import selling
from tests.workspaces import saying

from accountlens.errors import AccountlensError
from accountlens.lists.files import parse_csv
from accountlens.store.snapshots import utc_now
from accountlens.targets.files import exported, imported
from accountlens.targets.fitting import Wish
from accountlens.targets.kept import edition
from accountlens.targets.target import Absolute, Computed, Growth, Scope, read_amount, read_scope, write_amount
from accountlens.workspace import Workspace


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return selling(tmp_path_factory.mktemp("selling")).folder


@pytest.fixture
def workspace(company: Path, tmp_path: Path) -> Workspace:
    """The company, without any target."""
    return Workspace(shutil.copytree(company, tmp_path / "selling"))


def put(workspace: Workspace, *wishes: Wish) -> None:
    workspace.targets().set(wishes, None)


def compared(workspace: Workspace, *kpis: str, **question: object) -> dict[str | None, float | None]:
    """What stands beside each row as its target, by group."""
    rows = workspace.ask(*kpis, compare="target", **question).rows()  # type: ignore[arg-type]
    for row in rows:
        told = row["compare"]["target"]
        known = None not in (row["value"], told["value"])
        assert told["change"] == (row["value"] - told["value"] if known else None)
    return {next(iter(row["by"].values()), None): row["compare"]["target"]["value"] for row in rows}


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1,200,000", "money", Absolute(1_200_000.0)),
        (0.25, "fraction", Absolute(0.25)),
        ("40%", "fraction", Absolute(0.4)),
        ("+10%", "money", Growth(0.1)),
        ("-5%", "fraction", Growth(-0.05)),
        ("'+10%", "money", Growth(0.1)),  # as spreadsheets are given it
        ("= mrr * 1.1", "money", Computed("mrr * 1.1", "year-ago")),
    ],
)
def test_an_amount_is_read_as_it_is_meant_and_written_so_that_it_is_read_back(
    text: str | float, unit: str, amount: object
) -> None:
    assert read_amount(text, unit) == amount
    assert read_amount(write_amount(amount), unit) == amount  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "ten", "+10", "1,2", "1.5 M", "--3", "nan", "1e9999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AccountlensError, match="amount"):
        read_amount(text, "money")
    with pytest.raises(AccountlensError, match="amount"):
        read_amount(float("inf"), "money")


@pytest.mark.parametrize(
    ("wish", "what", "mend"),
    [
        (Wish("win_rat", "company", "2026-Q3", "40%"), "No KPI named 'win_rat'", "win_rate"),
        (
            Wish("enps", "tier:A", "2026-Q3", "40"),
            "enps cannot be split by 'tier': employee_answers has no such column. Dim",
            "",
        ),
        (Wish("win_rate", "tier:X", "2026-Q3", "40%"), "no tier 'X'", "A, B"),
        (Wish("win_rate", "owner:An", "2026-Q3", "40%"), "no owner 'An'", "Ann"),
        (Wish("win_rate", "region:north", "2026-Q3", "40%"), "no scope", "company"),
        (Wish("win_rate", "company", "last-90-days", "40%"), "one month, quarter or year", "2026-Q4"),
        (Wish("win_rate", "company", "2026-Q5", "40%"), "no period", "2026-Q4"),
        (Wish("win_rate", "company", "2026-Q3", "40"), "would be 4,000 %", "40%"),
        (Wish("nrr", "company", "2026-Q3", "110"), "would be 11,000 %", "110%"),
        (Wish("mrr", "company", "2026-Q3", "40%"), "is a share", "+40%"),
        (Wish("opportunities_created", "company", "2026-Q3", "1.5"), "counts things", "12"),
        (Wish("mrr", "company", "2026-Q3", "= mr * 2"), "'mr', which is no KPI", "mrr"),
        (Wish("mrr", "company", "2026-Q3", "= mrr *"), "cannot be read", ""),
        (Wish("mrr", "company", "2026-Q3", "= mrr * 2", "lately"), "no period", "2026-Q4"),
        (Wish("mrr", "company", "2026-Q3", "5", "previous"), "no formula", ""),
        (Wish("mrr", "company", "2026-Q3", "5", since=datetime(2999, 1, 1)), "still to come", "from now on"),
    ],
)
def test_what_cannot_be_a_target_is_refused_with_a_way_out(wish: Wish, what: str, mend: str, company: Path) -> None:
    before = edition(Workspace(company).store)
    with pytest.raises(AccountlensError) as refused:
        Workspace(company).targets().set([wish], None)
    assert what in str(refused.value)
    assert mend in (refused.value.mend or "")
    assert edition(Workspace(company).store) == before


def test_shares_above_one_are_fine_where_a_rate_may_pass_it(workspace: Workspace) -> None:
    put(workspace, Wish("nrr", "company", "2026-Q3", "110%"))
    with pytest.raises(AccountlensError, match="110 %"):
        put(workspace, Wish("win_rate", "company", "2026-Q3", 1.1))


def test_a_month_may_lie_in_a_quarter_but_periods_must_not_cross(workspace: Workspace) -> None:
    put(workspace, Wish("sales_revenue", "company", "2026-Q3", 9), Wish("sales_revenue", "company", "2026-07", 3))
    settings = workspace.folder / "accountlens.yaml"
    settings.write_text(settings.read_text() + "fiscal_year_starts: 2\n")
    with pytest.raises(AccountlensError, match="FY2027-Q2 and 2026-Q3 overlap") as refused:
        put(Workspace(workspace.folder), Wish("sales_revenue", "company", "FY2027-Q2", 9))  # May to July
    assert workspace.targets().named("sales_revenue", "company", "2026-Q3").id in str(refused.value)
    put(Workspace(workspace.folder), Wish("sales_revenue", "tier:A", "FY2027-Q2", 9))


def test_a_stock_has_one_target_for_a_closing_day(workspace: Workspace) -> None:
    put(workspace, Wish("mrr", "company", "2026-Q3", 2000), Wish("mrr", "company", "2026-08", 1800))
    with pytest.raises(AccountlensError, match="2026-09 and 2026-Q3 end on one day"):
        put(workspace, Wish("mrr", "company", "2026-09", 2100))


def test_together_they_are_kept_all_or_none(workspace: Workspace) -> None:
    with pytest.raises(AccountlensError, match="win_rat"):
        put(workspace, Wish("mrr", "company", "2026-Q3", 1), Wish("win_rat", "company", "2026-Q3", 1))
    with pytest.raises(AccountlensError, match="end on one day"):
        put(workspace, Wish("mrr", "company", "2026-Q3", 1), Wish("mrr", "company", "2026-09", 1))
    assert workspace.targets().all() == []


def test_each_set_is_a_new_version_and_nothing_is_overwritten(workspace: Workspace) -> None:
    book = workspace.targets()
    first = book.set([Wish("mrr", "company", "2026-Q3", "1800", note="plan")], "u1")[0]
    second = book.set([Wish("mrr()", " Company", "this-quarter", "2,000")], "u2")[0]
    assert first.id == second.id
    gone = book.retire(first.id, "u1", "wrong idea")
    told = [(one.amount, one.author_id, one.note) for one in book.history(first.id)]
    assert told == [(Absolute(1800.0), "u1", "plan"), (Absolute(2000.0), "u2", ""), (None, "u1", "wrong idea")]
    assert book.all() == []
    assert book.all(at=second.since) == [second]
    assert book.all(at=gone.since, retired=True) == [gone]
    with pytest.raises(AccountlensError, match="retired already"):
        book.retire(first.id, None)
    with sqlite3.connect(workspace.store.database) as connection:
        for statement in ("UPDATE targets SET amount = 1", "DELETE FROM targets"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                connection.execute(statement)
    connection.close()


def test_who_sets_a_target_at_the_same_moment_sets_the_same_target(workspace: Workspace) -> None:
    books, start = [Workspace(workspace.folder).targets() for _ in range(6)], Barrier(6)

    def set_one(number: int) -> str:
        start.wait()
        return books[number].set([Wish("mrr", "company", "2026-Q3", 100 + number)], None)[0].id

    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(set_one, range(6)))
    assert len(ids) == 1
    assert len(workspace.targets().history(ids.pop())) == 6
    assert len(workspace.targets().all()) == 1


def test_a_change_is_explained_since_a_time_and_a_target_is_none(workspace: Workspace) -> None:
    with pytest.raises(AccountlensError, match="a target is no time"):
        workspace.explain("mrr", period="2026-Q3", compare="target")


def test_an_answer_of_then_sees_the_targets_of_then(workspace: Workspace) -> None:
    put(workspace, Wish("mrr", "company", "2026-08", 1500, since=datetime(2026, 8, 1)))
    put(workspace, Wish("mrr", "company", "2026-08", 1600, since=datetime(2026, 8, 10)))
    question = {"period": "2026-08"}
    assert compared(workspace, "mrr", **question) == {None: 1600.0}
    assert compared(workspace, "mrr", **question, as_of=datetime(2026, 8, 9)) == {None: 1500.0}
    assert compared(workspace, "mrr", **question, as_of=datetime(2026, 7, 31)) == {None: None}
    with pytest.raises(AccountlensError, match="set anew on 2026-08-10"):
        put(workspace, Wish("mrr", "company", "2026-08", 1, since=datetime(2026, 8, 5)))


def test_an_older_snapshot_is_compared_with_the_targets_it_had(workspace: Workspace) -> None:
    put(workspace, Wish("mrr", "company", "2026-08", 1500))
    (old,) = workspace.store.snapshots()
    then = utc_now()
    put(workspace, Wish("mrr", "company", "2026-08", 1550))
    workspace.refresh(as_of=datetime(2026, 9, 2))
    newer = Workspace(workspace.folder)
    put(newer, Wish("mrr", "company", "2026-08", 1600))
    assert compared(newer, "mrr", period="2026-08") == {None: 1600.0}
    assert compared(newer, "mrr", period="2026-08", snapshot=old.id) == {None: 1550.0}
    assert compared(newer, "mrr", period="2026-08", as_known_at=then) == {None: 1500.0}


def test_each_row_is_compared_with_the_target_of_exactly_its_kpi_scope_and_period(workspace: Workspace) -> None:
    put(
        workspace,
        Wish("sales_revenue", "company", "2026-Q2", 15_000),
        Wish("sales_revenue", "owner:Ann", "2026-Q2", 9_000),
        Wish("sales_revenue", "account:Bolt", "2026-Q2", 4_000),
        Wish("sales_revenue", "tier:B", "2026-Q2", 6_000),
        Wish("sales_revenue", "segment:small", "2026-Q2", 6_500),
        Wish("sales_revenue", "team:South", "2026-Q2", 6_800),
        Wish("win_rate", "owner:E1", "2026-Q2", "60%"),
        Wish("win_rate(basis=value)", "owner:E1", "2026-Q2", "70%"),
    )
    quarter = {"period": "2026-Q2"}
    assert compared(workspace, "sales_revenue", **quarter) == {None: 15_000.0}
    owners = compared(workspace, "sales_revenue", by="owner_id", **quarter)
    assert owners == {"E1": 9_000.0, "E2": None, "E3": None, None: 15_000.0}
    accounts = compared(workspace, "sales_revenue", by="account_id", **quarter)
    assert accounts == {"A1": None, "A2": 4_000.0, "A3": None, None: 15_000.0}
    listed = compared(workspace, "sales_revenue", by="account_id", where="account_id IN ('A2', 'A3')", **quarter)
    assert listed == {"A2": 4_000.0, "A3": None, None: None}  # the total is of these two, not of the company
    assert compared(workspace, "sales_revenue", by="tier", **quarter)["B"] == 6_000.0
    assert compared(workspace, "sales_revenue", by="segment", **quarter)["small"] == 6_500.0
    assert compared(workspace, "sales_revenue", by="owner.team", **quarter)["South"] == 6_800.0
    assert compared(workspace, "sales_revenue", where="owner_id = 'E1'", **quarter) == {None: 9_000.0}
    assert compared(workspace, "win_rate", where="owner_id = 'E1'", **quarter) == {None: 0.6}
    assert compared(workspace, "win_rate(basis=value)", where="owner_id = 'E1'", **quarter) == {None: 0.7}


def test_where_no_target_is_exactly_of_a_row_there_is_none(workspace: Workspace) -> None:
    put(workspace, Wish("sales_revenue", "company", "2026-Q2", 15_000), Wish("sales_revenue", "tier:B", "2026-Q2", 1))
    assert set(compared(workspace, "sales_revenue", period="2026-Q2", grain="month").values()) == {None}
    assert compared(workspace, "sales_revenue", period="2026-04..2026-05") == {None: None}
    assert compared(workspace, "sales_revenue", period="2026-Q2", scope="customers") == {None: None}
    assert compared(workspace, "sales_revenue", period="2026-Q2", where="tier <> 'A'") == {None: None}
    crossed = workspace.ask("sales_revenue", by=("tier", "owner_id"), period="2026-Q2", compare="target").rows()
    beside = {tuple(row["by"].values()): row["compare"]["target"]["value"] for row in crossed}
    assert beside == {("A", "E1"): None, ("B", "E2"): None, ("B", "E3"): None, (None, None): 15_000.0}
    narrowed = compared(workspace, "sales_revenue", period="2026-Q2", by="owner_id", where="tier = 'B'")
    assert narrowed == {"E2": None, "E3": None, None: 1.0}
    noted = workspace.ask("sales_revenue", period="2026-Q2", where="tier <> 'A'", compare="target").notes
    assert any("Targets are of the company" in note for note in noted)


def test_series_and_tables_tell_the_same_as_rows(workspace: Workspace) -> None:
    put(workspace, Wish("sales_revenue", "owner:E1", "2026-Q2", 9_000))
    answer = workspace.ask("sales_revenue", by="owner_id", period="2026-Q1..2026-Q2", grain="quarter", compare="target")
    (series,) = answer.series().to_json_dict()["kpis"]
    rows = [row["compare"]["target"] for row in answer.rows()]
    assert series["compare"]["target"] == {name: [row[name] for row in rows] for name in ("value", "change")}
    assert answer.to_arrow().column("target").to_pylist() == [row["value"] for row in rows]


def test_growth_and_formulas_stand_on_the_figures_of_the_same_scope(workspace: Workspace) -> None:
    put(
        workspace,
        Wish("sales_revenue", "owner:E1", "2026-Q2", "+20%"),
        Wish("sales_revenue", "company", "2026-Q2", "= sales_revenue * 1.5 + 1", "previous"),
        Wish("sales_revenue", "tier:B", "2026-Q2", "= 12 * mrr", "2025"),
        Wish("sales_revenue", "company", "2026-Q4", "= sales_revenue", "previous"),
        Wish("nps", "company", "2026-Q2", "+10%"),
    )
    by_owner = compared(workspace, "sales_revenue", by="owner_id", period="2026-Q2")
    assert by_owner["E1"] == pytest.approx(12_000 * 0.6 * 1.2)
    assert by_owner[None] == pytest.approx(14_400 * 1.5 + 1)
    assert compared(workspace, "sales_revenue", by="tier", period="2026-Q2")["B"] == pytest.approx(12 * 500)
    answer = workspace.ask("sales_revenue", period="2026-Q4", compare="target")
    assert answer.rows()[0]["compare"]["target"]["value"] is None
    assert any("not over yet" in note for note in answer.notes)
    assert compared(workspace, "nps", period="2026-Q2") == {None: None}


def test_who_sees_some_accounts_is_told_targets_of_what_he_sees_whole(workspace: Workspace) -> None:
    scopes = (
        "company",
        "owner:E1",
        "owner:E2",
        "team:North",
        "team:South",
        "tier:A",
        "tier:B",
        "account:A1",
        "account:A2",
    )
    put(workspace, *(Wish("sales_revenue", scope, "2026-Q2", 5_000) for scope in scopes))
    ann = workspace.seen_by(frozenset({"A1"}))
    seen = {str(one.scope) for one in ann.targets().all()}
    assert seen == {"owner:E1", "team:North", "tier:A", "account:A1"}
    assert compared(ann, "sales_revenue", by="owner_id", period="2026-Q2") == {"E1": 5_000.0, None: None}  # type: ignore[arg-type]
    south = workspace.targets().named("sales_revenue", "team:South", "2026-Q2")
    for forbidden in (lambda: ann.targets().history(south.id), lambda: ann.targets().retire(south.id, None)):
        with pytest.raises(AccountlensError, match="no such target"):
            forbidden()
    with pytest.raises(AccountlensError, match="don't see all accounts of owner:E2"):
        ann.targets().set([Wish("sales_revenue", "owner:E2", "2026-Q2", 1)], None)
    ann.targets().set([Wish("sales_revenue", "owner:E1", "2026-Q2", 1)], None)
    nobody = workspace.seen_by(frozenset())
    assert nobody.targets().all() == []


def test_growth_tells_nobody_figures_of_accounts_he_does_not_see(workspace: Workspace) -> None:
    opportunities = workspace.folder / "data" / "opportunities.csv"
    opportunities.write_text(opportunities.read_text() + "X,A2,E1,won,2025-05-01,2025-05-02,1000\n")
    workspace.refresh(as_of=datetime(2026, 9, 1))
    fresh = Workspace(workspace.folder)
    put(fresh, Wish("sales_revenue", "owner:E1", "2026-Q2", "+100%"))
    ann = fresh.seen_by(frozenset({"A1"}))
    for who, base in ((fresh, 7_200 + 1_000), (ann, 7_200)):
        assert compared(who, "sales_revenue", by="owner_id", period="2026-Q2")["E1"] == pytest.approx(2 * base)  # type: ignore[arg-type]


def test_what_is_exported_can_be_imported_and_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    put(
        workspace,
        Wish("win_rate(basis=value)", "owner:E1", "2026-Q3", "61.5%", note="=1+1"),
        Wish("sales_revenue", "company", "2026", "+7.5%"),
        Wish("mrr", "tier:A", "2026-Q3", "= arr / 12 * 1.01", "previous"),
    )
    book = workspace.targets()
    text = exported(book, book.all())
    assert "'=1+1" in text
    again = imported(book, parse_csv(text), None)
    assert (len(again.wanted), again.unchanged, again.faults) == (0, 3, [])
    empty = Workspace(selling(tmp_path / "other").folder).targets()
    empty.keep(imported(empty, parse_csv(text), None).wanted)
    assert exported(empty, empty.all()) == text


def test_an_import_says_of_each_faulty_row_which_cell_and_how_to_mend_it(workspace: Workspace) -> None:
    put(workspace, Wish("mrr", "company", "2026-Q3", 5))
    text = """period,kpi,amount,scope
2026-Q3,sales_revenue,5,company
2026-Q3,win_rat,40%,company
2026-Q3,win_rate,40,company
2026-Q3,win_rate,40%,tier:X
2026-13,win_rate,40%,company
2026-09,mrr,5,company
2026-Q3,sales_revenue,6,company
"""
    found = imported(workspace.targets(), parse_csv(text), None)
    assert [str(one) for one in found.wanted] == ["sales_revenue of company in 2026-Q3"]
    assert [(one.row, one.cell, one.given) for one in found.faults] == [
        (2, 1, "win_rat"), (3, 2, "40"), (4, 3, "tier:X"), (5, 0, "2026-13"), (6, 0, "2026-09"), (7, 0, "2026-Q3")
    ]  # fmt: skip
    assert all(one.mend for one in found.faults[:5])
    with pytest.raises(AccountlensError, match="column amount is missing"):
        imported(workspace.targets(), parse_csv("kpi,scope,period\n"), None)


def test_a_target_whose_kpi_went_away_hinders_no_other(workspace: Workspace) -> None:
    own = workspace.folder / "kpis" / "own"
    own.mkdir(parents=True)
    (own / "twice.yaml").write_text(
        "label: Twice\nasks: Twice?\nunit: money\ngood: up\nleads: lagging\nreview: monthly\nformula: 2 * a\n"
        "measures: {a: {fact: opportunities, at: closed_at, sum: amount}}\nsources: [us]\n"
    )
    put(Workspace(workspace.folder), Wish("twice", "company", "2026-Q3", "+5%"), Wish("mrr", "company", "2026-Q3", 9))
    (own / "twice.yaml").unlink()
    left = Workspace(workspace.folder).targets()
    worths = left.worths(left.all())
    gone, mrr = (next(one for one in left.all() if one.kpi == name) for name in ("twice", "mrr"))
    assert worths[mrr.number].value == 9.0
    assert worths[gone.number].value is None
    assert "twice" in (worths[gone.number].why or "")


def test_the_command_line_sets_lists_and_retires(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    say = saying(workspace.folder, capsys)
    assert say("targets", "set", "sales_revenue", "+20%", "--period", "2026-Q3", "--note", "board")[0] == 0
    code, out, _ = say("targets")
    assert code == 0
    assert re.search(r"sales_revenue +Company +2026-Q3 +14.4k +5.76k +5.76k +14.4k–14.4k +on", out)
    told = json.loads(say("targets", "--json")[1])
    assert (told[0]["worth"], told[0]["pace"]["verdict"]) == (pytest.approx(14_400), "on")
    assert "8,640.00 EUR" in say("targets", "cascade", "sales_revenue", "--period", "2026-Q3")[1]
    assert len(workspace.targets().all()) == 1
    say("targets", "cascade", "sales_revenue", "--period", "2026-Q3", "--weights", "Ann=50%,Bob=0.2", "--save")
    out = say("targets", "cascade", "sales_revenue", "--period", "2026-Q3", "--back")[1]
    assert re.search(r"given +10,080.00 EUR\nremainder +4,320.00 EUR\ntarget +14,400.00 EUR", out)
    file = workspace.folder / "targets.csv"
    assert say("targets", "export", "--out", str(file))[0] == 0
    assert "0 targets set, 3 as before" in say("targets", "import", str(file))[1]
    assert "▼ -60.0 %" in say("ask", "sales_revenue", "--period", "2026-Q3", "--compare", "target")[1]
    assert say("targets", "retire", "sales_revenue", "--period", "2026-Q3")[0] == 0
    assert "retired" in say("targets", "history", "sales_revenue", "--period", "2026-Q3")[1]
    code, _, err = say("targets", "set", "win_rate", "40", "--period", "2026-Q3")
    assert (code, "Write 40% or 0.4." in err) == (1, True)


def test_a_scope_is_read_as_it_is_written() -> None:
    assert read_scope("Company") == Scope("company")
    assert read_scope(" owner : E1 ") == Scope("owner", "E1")
    for text in ("", "owner", "owner:", "company:x", "region:north"):
        with pytest.raises(AccountlensError, match="no scope"):
            read_scope(text)
