"""A frozen review is what was reported, whatever came later; beside it stands what is known now, and why it differs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import saying

from accountlens.boards.refusals import NotThereError
from accountlens.people.audit import Actor, entries
from accountlens.reports.build import build
from accountlens.reports.content import to_plain
from accountlens.reports.forms import FORMS
from accountlens.reports.frozen import all_frozen, freeze, thaw
from accountlens.reports.known_now import known_now
from accountlens.workspace import Workspace

ME = Actor(None, "a test")
LATER = datetime(2026, 10, 20)


@pytest.fixture
def kept(known_data: Path, tmp_path: Path) -> Workspace:
    """A copy that may change."""
    return Workspace(shutil.copytree(known_data, tmp_path / "kept"))


def late_deal(workspace: Workspace) -> None:
    """A deal won in September that is told in October only."""
    file = workspace.folder / "data" / "opportunities.csv"
    line = "late,A3,E2,won,2026-09-01T08:00:00,2026-09-20T08:00:00,5000\n"
    file.write_text(file.read_text() + line)


def test_it_shows_what_was_reported_after_more_data_came_and_its_snapshot_went(kept: Workspace) -> None:
    report = build(kept, "monthly")
    id_ = freeze(kept.store, report, ME)
    told = {ending: FORMS[ending].make(report) for ending in ("html", "md")}
    late_deal(kept)
    kept.refresh(as_of=LATER)
    kept.vacuum(keep=1)
    workspace = Workspace(kept.folder)
    head, again = thaw(workspace.store, None, id_[:6])
    assert (head.id, head.sees, head.name) == (id_, None, report.name)
    assert to_plain(again) == to_plain(report)
    assert {ending: FORMS[ending].make(again) for ending in told} == told
    found = known_now(workspace, again)
    assert not found.kept
    moved = {one.kpi: one for one in found.restated}
    assert (moved["sales_revenue"].reported, moved["sales_revenue"].now) == (90_000, 95_000)
    assert moved["win_rate"].why == ["rows"]
    assert "won 91 (then 90)" in moved["win_rate"].words[0]
    assert "pipeline_velocity" in moved or "mrr" not in moved
    assert [one.action for one in entries(kept.store)][:1] == ["report.frozen"]


def test_a_changed_definition_is_told_from_changed_rows(kept: Workspace) -> None:
    report = build(kept, "monthly")
    folder = kept.folder / "kpis" / "pipeline"
    folder.mkdir(parents=True)
    text = (
        "label: Win rate\nasks: How many did we win?\nunit: fraction\ngood: up\nleads: lagging\nreview: monthly\n"
        "formula: won / (won + lost) / 2\nmeasures:\n"
        "  won: {fact: opportunities, at: closed_at, count: rows, where: \"status = 'won'\"}\n"
        "  lost: {fact: opportunities, at: closed_at, count: rows, where: \"status = 'lost'\"}\nsources: [test]\n"
    )
    (folder / "win_rate.yaml").write_text(text)
    (one,) = [one for one in known_now(Workspace(kept.folder), report).restated if one.kpi == "win_rate"]
    assert (one.reported, one.now, one.why) == (0.9, 0.45, ["definition"])
    late_deal(kept)
    Workspace(kept.folder).refresh(as_of=LATER)
    (one,) = [one for one in known_now(Workspace(kept.folder), report).restated if one.kpi == "win_rate"]
    assert one.why == ["definition", "rows"]


def test_merged_accounts_are_named_as_a_reason(kept: Workspace) -> None:
    report = build(kept, "monthly", "owner:Bob")
    (kept.folder / "merges.csv").write_text(
        "loser_id,survivor_id,merged_on,decided_at,by,note\nA3,A1,,2026-10-02T00:00:00,me,\n"
    )
    kept.refresh(as_of=LATER)
    found = {one.kpi: one for one in known_now(Workspace(kept.folder), report).restated}
    assert found["mrr"].reported == 100
    assert "merged" in found["mrr"].why


def test_a_kpi_that_is_gone_is_told_so(kept: Workspace) -> None:
    report = build(kept, "annual")
    figure = report.sections[0].figures[0]
    gone = replace(figure, asked=replace(figure.asked, kpi="no_such_kpi"))
    parts = [replace(report.sections[0], figures=[gone]), *report.sections[1:]]
    (one,) = [one for one in known_now(kept, replace(report, sections=parts)).restated if one.kpi == "no_such_kpi"]
    assert (one.now, one.why) == (None, ["gone"])


def test_it_may_be_seen_by_who_sees_all_it_tells_of(kept: Workspace) -> None:
    whole = freeze(kept.store, build(kept, "monthly"), ME)
    some = freeze(kept.store, build(kept.seen_by(frozenset({"A1", "A2"})), "monthly"), ME)
    one = freeze(kept.store, build(kept, "quarterly", "account:A2"), ME)

    def seen(*accounts: str) -> set[str]:
        return {head.id for head in all_frozen(kept.store, frozenset(accounts))}

    assert {head.id for head in all_frozen(kept.store, None)} == {whole, some, one}
    assert seen("A1", "A2", "A3") == {some, one}
    assert seen("A2") == {one}
    assert seen() == set()
    with pytest.raises(NotThereError):
        thaw(kept.store, frozenset({"A1"}), some)
    with pytest.raises(NotThereError, match="3 frozen reviews begin with 'r'"):
        thaw(kept.store, None, "r")
    _, narrow = thaw(kept.store, frozenset({"A1", "A2"}), some)
    assert not known_now(kept.seen_by(frozenset({"A1", "A2"})), narrow).restated
    assert not known_now(kept, narrow).restated, "asked of the same accounts, whoever looks"


def test_the_commands_freeze_list_show_and_compare(kept: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    say = saying(kept.folder, capsys)
    assert "No review is frozen yet" in say("reports")[2]
    code, shown, err = say("report", "monthly", "--freeze")
    assert code == 0
    assert "Frozen as r" in err
    (head,) = json.loads(say("reports", "list", "--json")[1])
    assert say("reports", "show", head["id"])[1] == shown
    assert "figures are today what was reported" in say("reports", "compare", head["id"])[1]
    late_deal(kept)
    kept.refresh(as_of=LATER)
    code, out, _ = say("reports", "compare", head["id"][:5])
    assert code == 0
    assert "Win rate" in out
    assert "90.1 %" in out
    told = json.loads(say("reports", "compare", head["id"], "--json")[1])
    assert next(one for one in told["figures"] if one["kpi"] == "win_rate")["why"] == ["rows"]
    assert say("reports", "show", "zzz")[0] == 1
