"""Rules as data: read with every fault told, written and read again, offered but not switched on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.alerts.conftest import ME, Company, rule
from tests.workspaces import write_files

from accountlens.alerts import files, kept
from accountlens.alerts.check import check
from accountlens.alerts.looking import admit
from accountlens.alerts.offers import offered, offers
from accountlens.alerts.playbook import next_step, playbook
from accountlens.alerts.quiet import quiet_until
from accountlens.catalog.habits import AlertSettings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.pages.stand import stand
from accountlens.workspace import Workspace

LOW = {"kind": "threshold", "kpi": "sales_revenue", "below": 95}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  low:\n    label: x\n    when: {kind: threshold, kpi: nps}\n", "either below or above"),
        ("rules:\n  low:\n    label: x\n    when: {kind: treshold, kpi: nps, below: 1}\n", "treshold"),
        ("rules:\n  Low One:\n    label: x\n    when: {kind: data_late}\n", "is no name of a rule"),
        (
            "rules:\n  low:\n    label: x\n    rout: owner\n    when: {kind: data_late}\n",
            "Unknown key 'rules.low.rout'",
        ),
        ("rules:\n  low:\n    label: x\n    route: boss\n    when: {kind: data_late}\n", "is nobody to tell"),
        (
            "rules:\n  low:\n    label: x\n    each: tier\n    when: {kind: no_touch, days: 3}\n",
            "looks at each account",
        ),
        ("rules: [\n", "rules.yaml"),
        ("rules:\n  low:\n    label: x\n    when: {kind: threshold, kpi: nsp, below: 1}\n", "Did you mean 'nps'?"),
    ],
)
def test_a_faulty_file_keeps_nothing_and_says_what_is_wrong(
    text: str, said: str, own: Callable[..., Workspace]
) -> None:
    workspace = own()
    good = "  fine:\n    label: y\n    when: {kind: data_late}\n"
    with pytest.raises((ProblemsError, AccountlensError)) as fault:
        files.take_in(
            workspace.store, stand(workspace), ME, text + (good if text.endswith("}\n") else ""), "rules.yaml"
        )
    assert said in str(fault.value)
    assert kept.rules(workspace.store) == []


def test_rules_are_written_and_read_again_the_same(own: Callable[..., Workspace]) -> None:
    workspace = own()
    kept.save(workspace.store, ME, {id_: one for id_, (_, _, one) in offered().items()}, {"data_late": True})
    before = kept.rules(workspace.store)
    text = files.to_yaml(before)
    for one in before:
        kept.remove(workspace.store, ME, one.id)
    remarks = files.take_in(workspace.store, stand(workspace), ME, text, "rules.yaml")
    assert [(one.id, one.rule, one.is_on) for one in kept.rules(workspace.store)] == [
        (one.id, one.rule, one.is_on) for one in before
    ]
    assert "subscriptions" not in remarks  # it is rules that are named
    assert "it needs" in remarks["seats_run_out"]  # kept, though it cannot be computed here


def test_a_rule_that_cannot_be_computed_says_so_at_each_check_and_stops_no_other(own: Callable[..., Workspace]) -> None:
    workspace = own()
    rules = {"broken": rule({"kind": "threshold", "kpi": "mrr", "below": 1}), "low": rule(LOW)}
    kept.save(workspace.store, ME, rules, {"broken": True, "low": True})
    report = check(workspace)
    assert report.raised == 3
    assert [one.rule for one in report.faults] == ["broken"]
    assert "subscriptions" in report.faults[0].fault


def test_offers_say_what_the_data_lack_and_none_is_switched_on(tiny: Workspace, company: Company) -> None:
    here = {one.id: [need.lacks for need in one.needs] for one in offers(stand(tiny))}
    assert here["tickets_rise"] == ["tickets"]
    assert here["win_rate_falls"] == []
    assert here["champion_left"] == []
    assert {one.goal for one in offers(stand(tiny))} == {
        "acquisition",
        "efficiency",
        "expansion",
        "growth",
        "stability",
    }
    assert kept.rules(tiny.store) == []
    whole = stand(company.workspace)
    faults = {one.id: admit(whole, one.rule) for one in offers(whole) if not one.needs}
    assert {id_ for id_, why in faults.items() if why} == {"owner_targets_behind", "targets_behind"}
    assert len(faults) == len(offers(whole))


def test_the_next_step_is_the_workspaces_before_ours(own: Callable[..., Workspace]) -> None:
    workspace = own()
    low = rule(LOW, goal="expansion")
    assert next_step(playbook(workspace.folder), "low", low) == "Propose what the account does not have yet."
    own_steps = '- {kpi: sales_revenue, tier: A, step: "Visit them."}\n- {rule: low, step: "Call them."}\n'
    write_files(workspace.folder, {"playbook.yaml": own_steps})
    steps = playbook(workspace.folder)
    assert next_step(steps, "low", low, "A") == "Visit them."
    assert next_step(steps, "low", low, "B") == "Call them."
    assert next_step(steps, "low", low.model_copy(update={"next_step": "Write."}), "A") == "Write."
    write_files(workspace.folder, {"playbook.yaml": "- {kpi: nps}\n- {stp: x, step: y}\n"})
    with pytest.raises(ProblemsError, match=r"playbook.yaml:2: Unknown key"):
        playbook(workspace.folder)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 5, 6, 12), None),  # a Wednesday at noon
        (datetime(2026, 5, 6, 18), datetime(2026, 5, 7, 5)),  # from 20:00 in Berlin until 07:00
        (datetime(2026, 5, 7, 4, 59), datetime(2026, 5, 7, 5)),
        (datetime(2026, 5, 7, 5), None),
        (datetime(2026, 5, 8, 19), datetime(2026, 5, 11, 5)),  # Friday evening, over the weekend
        (datetime(2026, 5, 9, 12), datetime(2026, 5, 11, 5)),
        (datetime(2026, 3, 28, 20), datetime(2026, 3, 30, 5)),  # clocks are put forward on the Sunday between
    ],
)
def test_nobody_is_told_in_quiet_hours_of_the_workspaces_clock(now: datetime, until: datetime | None) -> None:
    settings = AlertSettings(quiet_hours="20:00-07:00", quiet_days=["sat", "sun"])
    assert quiet_until(now, settings, BERLIN) == until


def test_quiet_hours_that_are_none_are_a_fault_of_the_settings() -> None:
    with pytest.raises(ValueError, match="write them like 20:00-07:00"):
        AlertSettings(quiet_hours="at night")
    with pytest.raises(ValueError, match="is no time of day"):
        AlertSettings(quiet_hours="20:00-25:00")
