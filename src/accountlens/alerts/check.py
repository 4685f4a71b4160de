"""Every rule that is on, looked at on the current snapshot: after a refresh, and by `accountlens alerts check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from accountlens.alerts.kept import rules
from accountlens.alerts.ledger import Checked, keep_fault, keep_seen, known_check
from accountlens.alerts.looking import look
from accountlens.alerts.wherever import wherever
from accountlens.errors import AccountlensError
from accountlens.pages.stand import stand
from accountlens.workspace.asking import Asking


@dataclass(frozen=True)
class CheckReport:
    """What became of each rule that is on."""

    snapshot: str | None
    rules: Sequence[Checked]

    @property
    def raised(self) -> int:
        return sum(one.raised for one in self.rules)

    @property
    def faults(self) -> Sequence[Checked]:
        return [one for one in self.rules if one.fault]


def check(workspace: Asking) -> CheckReport:
    """Look at all rules that are on. Done again on the same snapshot nothing changes; a rule at fault stops no other.

    `workspace` is the whole one: rules look at all accounts, whoever is told of them.
    """
    on = [one for one in rules(workspace.store) if one.is_on]
    if not on:
        return CheckReport(None, [])
    here = stand(workspace)
    snapshot, found = here.opened.snapshot.id, list[Checked]()
    for rule in on:
        if known_check(workspace.store, rule, snapshot):
            found.append(Checked(rule.id, again=True))
            continue
        try:
            seen = wherever(partial(look, rule=rule.rule), here)
        except AccountlensError as fault:
            found.append(keep_fault(workspace.store, rule, snapshot, str(fault)))
        else:
            found.append(keep_seen(workspace.store, rule, snapshot, here.now, seen))
    return CheckReport(snapshot, found)
