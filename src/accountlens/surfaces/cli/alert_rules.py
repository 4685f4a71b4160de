"""`accountlens alerts rules, offers, add, test, on, off, remove, import, export, check`: the rules behind alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.alerts import files, kept
from accountlens.alerts import offers as offered
from accountlens.alerts.backtest import Backtest, Share, backtest
from accountlens.alerts.check import CheckReport
from accountlens.alerts.check import check as check_all
from accountlens.alerts.ledger import checks
from accountlens.alerts.looking import admit
from accountlens.alerts.rules import Rule
from accountlens.alerts.wherever import wherever
from accountlens.errors import AccountlensError, suggest
from accountlens.language import numbers
from accountlens.pages.stand import stand
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts
from accountlens.surfaces.cli.users import me

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

SHOWN = 5  # of what fired and of what was missed


def rules(workspace: Workspace, as_json: bool) -> None:
    found, last = kept.rules(workspace.store), checks(workspace.store)
    if as_json:
        told = [{"id": one.id, "on": one.is_on, "rule": one.rule.document(), "fault": last.get(one.id, "")}
                for one in found]  # fmt: skip
        messages.write(json.dumps(told, indent=1))
        return
    if not found:
        messages.tell(messages.hint("There is no rule yet; some to begin with:", "accountlens alerts offers"))
        return
    columns = (
        Column("rule", texts([one.id for one in found], "cyan"), right=False),
        Column("", texts(["on" if one.is_on else "off" for one in found]), right=False),
        Column("says", texts([one.rule.label for one in found]), right=False),
        Column("told", texts([one.rule.route for one in found], "dim"), right=False),
    )
    messages.show(*draw(Sheet(columns), messages.page().width))
    for id_, fault in last.items():
        if fault:
            messages.tell(messages.note(f"{id_} cannot be computed: {fault}"))


def offers(workspace: Workspace, as_json: bool) -> None:
    found = offered.offers(stand(workspace))
    if as_json:
        told = [{"id": one.id, "goal": one.goal, "rule": one.rule.document(), "needs": [asdict(n) for n in one.needs]}
                for one in found]  # fmt: skip
        messages.write(json.dumps(told, indent=1))
        return
    columns = (
        Column("goal", texts([one.goal for one in found], "dim"), right=False),
        Column("offer", texts([one.id for one in found], "cyan"), right=False),
        Column("says", texts([one.rule.label for one in found]), right=False),
        Column("needs", texts([", ".join(n.lacks for n in one.needs) for one in found], "yellow"), right=False),
    )
    messages.show(*draw(Sheet(columns), messages.page().width))
    messages.tell(messages.hint("Take one, with its back-test:", "accountlens alerts add cooling_off"))


def add(workspace: Workspace, names: Sequence[str], on: bool) -> None:
    known = offered.offered()
    for name in names:
        if name not in known:
            mend = suggest(name, known) or "'accountlens alerts offers' lists all."
            raise AccountlensError(f"There is no offer '{name}'.", mend=mend)
    kept.save(workspace.store, me(), {name: known[name][2] for name in names})
    for name in names:
        _show_test(workspace, name, known[name][2])
    if on:
        switch(workspace, names, on=True)
    else:
        messages.tell(messages.hint("Off until you switch it on:", f"accountlens alerts on {' '.join(names)}"))


def test(workspace: Workspace, name: str, as_json: bool) -> None:
    own = {one.id: one.rule for one in kept.rules(workspace.store)}
    known = {id_: rule for id_, (_, _, rule) in offered.offered().items()} | own
    if name not in known:
        raise AccountlensError(f"There is no rule and no offer '{name}'.", mend=suggest(name, known))
    if as_json:
        found = _tested(workspace, known[name])
        messages.write(json.dumps(asdict(found), indent=1, default=datetime.isoformat))
    else:
        _show_test(workspace, name, known[name])


def switch(workspace: Workspace, names: Sequence[str], on: bool) -> None:
    here = stand(workspace)
    for name in names:
        rule = kept.require_rule(workspace.store, name)
        if on and (why := admit(here, rule.rule)):
            raise AccountlensError(f"{name} cannot be switched on: {why}")
    for name in names:
        kept.switch(workspace.store, me(), name, on)
    messages.show(Text(f"{', '.join(names)}: {'on' if on else 'off'}"))
    if on:
        _report(check_all(workspace))


def remove(workspace: Workspace, name: str) -> None:
    kept.remove(workspace.store, me(), name)
    messages.show(Text(f"{name} is removed."))


def take(workspace: Workspace, file: Path) -> None:
    remarks = files.take_in(workspace.store, stand(workspace), me(), file.read_text(encoding="utf-8"), str(file))
    for id_, why in remarks.items():
        messages.tell(messages.note(f"{id_} is off, because it cannot be computed here: {why}"))
    messages.show(Text("The rules are kept."))
    _report(check_all(workspace))


def export(workspace: Workspace, out: Path | None) -> None:
    text = files.to_yaml(kept.rules(workspace.store))
    if out is None:
        messages.write(text)
    else:
        out.write_text(text, encoding="utf-8")
        messages.tell(Text(f"Written to {out}."))


def check(workspace: Workspace, as_json: bool) -> int:
    report = check_all(workspace)
    if as_json:
        messages.write(json.dumps(asdict(report), indent=1))
    else:
        _report(report)
    return 1 if report.faults else 0


def after_refresh(workspace: Workspace) -> None:
    """Look at the rules on what was just published; a fault is told and fails nothing."""
    try:
        report = check_all(workspace)
    except AccountlensError as fault:
        messages.tell(messages.note(f"Alerts could not be looked at: {fault}"))
        return
    if report.rules:
        _report(report)


def _report(report: CheckReport) -> None:
    again = all(one.again for one in report.rules)
    if not report.rules:
        messages.tell(messages.hint("No rule is on.", "accountlens alerts offers"))
    elif again:
        messages.tell(Text("Alerts: these data were looked at already."))
    else:
        over, held = sum(one.over for one in report.rules), sum(one.held for one in report.rules)
        going = sum(one.going_on for one in report.rules)
        what = f"Alerts: {report.raised} new, {going} going on, {over} over; {held} held back."
        messages.tell(messages.hint(what, "accountlens alerts"))
    for one in report.faults:
        messages.tell(messages.note(f"{one.rule} cannot be computed: {one.fault}"))


def _show_test(workspace: Workspace, name: str, rule: Rule) -> None:
    messages.show(Text.assemble((name, "bold cyan"), f"  {rule.label}"))
    try:
        found = _tested(workspace, rule)
    except AccountlensError as fault:
        messages.tell(messages.note(str(fault)))
        return
    messages.show(*(Text(f"  {line}") for line in _told(found, workspace.house.time_zone)))


def _tested(workspace: Workspace, rule: Rule) -> Backtest:
    return wherever(lambda here: backtest(here.workspace, rule), stand(workspace))


def _told(found: Backtest, zone: str) -> Iterator[str]:
    when = f"{show_moment(found.start, zone)} to {show_moment(found.end, zone)}"
    yield f"{when}, looked at {found.moments} times, {numbers.count(found.subjects, 'subject')}"
    held = f"; held back {sum(found.held.values()):,} times" if found.held else ""
    yield f"would have fired {numbers.count(len(found.fired), 'time')}, {found.per_month:.1f} a month{held}"
    if proof := found.proof:
        yield f"right: {_share(proof.precision)} {proof.what} within {proof.within_days} days"
        yield f"  without any alert {_share(proof.usual, False)} of the accounts do; {proof.undecided} not decided yet"
        lead = f", {proof.lead_days:.0f} days before in the median" if proof.lead_days is not None else ""
        yield f"caught: {_share(proof.caught)} of those who {proof.what} were warned of{lead}"
    else:
        yield "what it warns of is not named (outcome), so whether it was right is not known"
    yield from found.notes


def _share(share: Share, interval: bool = True) -> str:
    if share.value is None or share.interval is None:
        return "none"
    low, high = share.interval
    bounds = f" [{low:.0%}, {high:.0%}]" if interval else ""
    return f"{share.hits:,} of {share.of:,} = {share.value:.0%}{bounds}"
