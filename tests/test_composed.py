"""KPIs composed by formula: what is taken is what anybody would be told, units fit, files stay whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.catalog.drafts import Draft, text_of, try_draft
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.catalog.units import fits, kind_of, kind_of_measure, misfits, money_columns
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.language.asked import Asked
from accountlens.workspace.defining import ChangedMeanwhileError, FaultyDraftError, StaysError

CATALOG = load_catalog(Settings())


def draft(formula: str, **more: Any) -> Draft:
    return Draft(**{"name": "made", "label": "Made", "asks": "What?", "unit": "money", "formula": formula, **more})


def faults(formula: str, **more: Any) -> list[tuple[str, str, str | None]]:
    """Field, what is wrong, and the place in the formula it is told of."""
    tried = try_draft(draft(formula, **more), CATALOG, Settings())
    return [(one.field, one.what, None if one.start is None else formula[one.start : one.end]) for one in tried.faults]


@pytest.fixture
def folder(company: Path, tmp_path: Path) -> Path:
    return shutil.copytree(company, tmp_path / "company")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/accounts.csv": "account_id,name,tier\na1,Acme,A\na2,Beta,B\n",
        "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at\n"
        "o1,a1,won,90,2026-01-01,2026-02-10\no2,a1,lost,7,2026-01-01,2026-05-10\no3,a2,lost,5,2026-01-01,2026-03-10\n"
        "o4,a1,won,30,2026-01-01,2026-04-10\n",
        "data/activities.csv": "activity_id,account_id,contact_id,kind,occurred_at\n"
        "x1,a1,c1,meeting,2026-03-10\nx2,a1,c1,meeting,2026-06-10\nx3,a2,c2,page_view,2026-06-10\n",
    }
    folder = write_files(tmp_path_factory.mktemp("composed"), files)
    from datetime import datetime

    Workspace(folder).refresh(as_of=datetime(2026, 7, 1))
    return folder


def test_what_is_taken_is_what_it_is_when_it_is_asked(folder: Path) -> None:
    workspace = Workspace(folder)
    workspace.compose_kpi(draft("sales_revenue / win_rate.won", name="per_won"))
    rows = {
        (row["kpi"], row["by"]["tier"]): row
        for row in workspace.ask("per_won", "sales_revenue", "win_rate", by="tier", period="2026-01..2026-06").rows()
    }
    for tier in ("A", None):
        made = rows["per_won", tier]
        assert made["value"] == 60
        assert made["parts"] == {
            "sales_revenue.won_amount": rows["sales_revenue", tier]["parts"]["won_amount"],
            "win_rate.won": rows["win_rate", tier]["parts"]["won"],
        }
    nothing = workspace.ask("per_won", period="2026-05").rows()[0]
    assert nothing["value"] is None
    assert set(nothing["parts"].values()) == {0}
    found = workspace.explain("per_won", period="2026-01..2026-06")
    assert found.formula_numbers == "120 / 2"
    assert [(one.name, one.included.count) for one in found.traces] == [
        ("sales_revenue.won_amount", 2),
        ("win_rate.won", 2),
    ]


def test_what_is_taken_heeds_the_settings_profiles_and_its_own_options(folder: Path) -> None:
    with (folder / "accountlens.yaml").open("a") as file:
        file.write("kpi_options:\n  engaged_accounts: {threshold: 1}\n")
    workspace = Workspace(folder)
    workspace.compose_kpi(draft("engaged_accounts.engaged", name="as_set", unit="count"))
    takes = {"engaged_accounts": {"threshold": 1000}}
    workspace.compose_kpi(draft("engaged_accounts", name="as_taken", unit="count", takes=takes))
    asked = ("as_set", "as_taken", "engaged_accounts", "engaged_accounts(threshold=1000)")
    values = [workspace.ask(one, period="2026-06").rows()[0]["value"] for one in asked]
    assert values[0] == values[2] > values[1] == values[3] == 0


def test_a_doubt_about_what_is_taken_whole_comes_along() -> None:
    doubtful = next(name for name in CATALOG.kpis if "immature_cohort" in CATALOG.kpi(Asked(name)).flags)
    tried = try_draft(draft(f"2 * {doubtful}", unit="ratio"), CATALOG, Settings())
    assert tried.kpi is not None
    assert "immature_cohort" in tried.kpi.flags


def test_a_kpi_may_take_one_that_was_composed(folder: Path) -> None:
    workspace = Workspace(folder)
    workspace.compose_kpi(draft("sales_revenue / win_rate.won", name="inner"))
    workspace.compose_kpi(draft("inner * 2", name="outer"))
    assert workspace.ask("outer", period="2026-01..2026-06").rows()[0]["value"] == 120
    with pytest.raises(FaultyDraftError, match="circle: inner → outer → inner"):
        workspace.change_kpi(draft("outer / 2", name="inner"))
    with pytest.raises(StaysError, match="outer takes 'inner'"):
        workspace.remove_kpi("inner")
    workspace.remove_kpi("outer")
    told = (folder / "accountlens.yaml").read_text()
    (folder / "accountlens.yaml").write_text(f"{told}\npush: {{crm: {{to: out.csv, columns: {{score: inner}}}}}}\n")
    assert Workspace(folder).takers_of("inner") == ([], True), "it is pushed"
    workspace.remove_kpi("inner")
    assert not list((folder / "kpis").rglob("*.yaml"))
    with pytest.raises(AccountlensError, match="No KPI named 'inner'"):
        workspace.ask("inner")


@pytest.mark.parametrize(
    ("formula", "field", "what", "place"),
    [
        ("sales_revenu / mrr", "formula", "There is no KPI 'sales_revenu'.", "sales_revenu"),
        ("mrr / win_rate.wonn", "formula", "'win_rate' has no measure 'wonn'.", "win_rate.wonn"),
        ("mrr / (win_rate.won", "formula", "')' is missing.", ""),
        ("mrr win_rate", "formula", "'win_rate' is not expected.", "win_rate"),
        ("summ(mrr)", "formula", "There is no function 'summ'", "summ"),
        ("mrr + § 2", "formula", "'§'.", "§"),
        ("mrr +", "formula", "It ends too early.", ""),
        ("mrr - win_rate.won", "formula", "'-' stands between money and a count.", "mrr - win_rate.won"),
        ("max(3, mrr, win_rate)", "formula", "max() is of money and a share.", "mrr, win_rate"),
        ("win_rate.won * 2", "unit", "The formula gives a count, not money.", None),
        ("3 * 4", "formula", "The formula names no KPI and no measure.", None),
        ("made + 1", "formula", "There is no KPI 'made'.", "made"),
        ("+".join(["mrr"] * 200), "formula", "This formula is too long to be understood.", None),
        ("(" * 70 + "mrr" + ")" * 70, "", "", None),
    ],
)
def test_faults_are_told_where_they_stand(formula: str, field: str, what: str, place: str | None) -> None:
    found = faults(formula)
    if not what:
        assert found == []
        return
    assert found[0][0] == field
    assert found[0][1].startswith(what)
    assert found[0][2] == place


def test_a_name_that_is_taken_or_means_something_is_refused() -> None:
    assert faults("mrr", name="mrr")[0][:2] == ("name", "A KPI 'mrr' is built in.")
    assert faults("mrr", name="days")[0][:2] == ("name", "'days' is a word of formulas.")
    assert "no option 'wind'" in faults("mrr", takes={"mrr": {"wind": 1}})[0][1]
    assert faults("mrr", takes={"nps": {}})[0][0] == "takes"
    assert "how win_rate is asked as a whole" in faults("win_rate", takes={"win_rate": {"level": 0.9}})[0][1]
    assert "no value of 'role_multipliers'" in faults("mrr", takes={"mrr": {"role_multipliers": "$a"}})[0][1]
    odd = faults("engagement_score", takes={"engagement_score": {"scale_to": []}}, unit="points")
    assert odd[0][0] == "formula"
    assert faults("n + mrr")[0][2] == "n"
    for name in ("", "../x", "Mrr", "a b", "1x", "kpis/x"):
        with pytest.raises(ValueError, match="name"):
            draft("mrr", name=name)


def test_no_unit_of_the_catalog_itself_is_called_a_misfit() -> None:
    money = money_columns(CATALOG.entities)
    for name in CATALOG.kpis:
        kpi = CATALOG.kpi(Asked(name))

        def known(word: str, kpi: Any = kpi) -> str | None:
            return kind_of_measure(word, kpi, money) if len(kpi.measures) > 1 and word in kpi.measures else None

        assert list(misfits(kpi.formula, known)) == [], name
        assert fits(kpi.unit, kind_of(kpi.formula, known)), name


def test_what_cannot_be_kept_changes_nothing(folder: Path) -> None:
    workspace = Workspace(folder)
    workspace.compose_kpi(draft("mrr", name="first"))
    version, text = workspace.kpi_version("first"), (folder / "kpis/first.yaml").read_text()
    workspace.change_kpi(draft("mrr * 2", name="first", family="pipeline"), version)
    assert [str(path.relative_to(folder)) for path in (folder / "kpis").rglob("*.*")] == ["kpis/pipeline/first.yaml"]
    with pytest.raises(ChangedMeanwhileError):
        workspace.change_kpi(draft("mrr * 3", name="first"), version)
    with pytest.raises(FaultyDraftError, match="no KPI 'first'"):
        workspace.change_kpi(draft("first * 2", name="second"), called="first")
    with pytest.raises(StaysError, match="built in"):
        workspace.change_kpi(draft("nps", name="mrr"))
    (folder / "kpis/pipeline/first.yaml").write_text(
        text.replace("composed: true", "").replace("formula: mrr", "formula: mr")
    )
    with pytest.raises(ProblemsError, match="names 'mr', which is no measure"):
        workspace.compose_kpi(draft("mrr", name="second"))  # what stands there is broken: it is told, nothing is added
    (folder / "kpis/pipeline/first.yaml").write_text(text.replace("composed: true", ""))
    with pytest.raises(StaysError, match="written by hand"):
        workspace.remove_kpi("first")


def test_a_composed_file_holds_no_sql(folder: Path) -> None:
    own = "measures: {won: {fact: opportunities, at: closed_at, count: rows}}\n"
    write_files(folder, {"kpis/sly.yaml": text_of(draft("won", name="sly")) + own})
    with pytest.raises(ProblemsError, match="a composed KPI has no 'measures' of its own"):
        _ = Workspace(folder).catalog


def test_what_is_written_is_read_as_it_was_meant(folder: Path) -> None:
    told = draft(
        "mrr", label="yes: [no] #1 – »ü«", asks="{a: b}\n? 'x'", notes="- one\n- \x00two\n", sources=["null", "1.5"]
    )
    workspace = Workspace(folder)
    workspace.compose_kpi(told)
    from accountlens.catalog.drafts import draft_of

    assert draft_of(Workspace(folder).catalog.kpis["made"]) == told
