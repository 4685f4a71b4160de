"""What a rule would do now, kept or not: whom it would be raised for, and what would be held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accountlens.alerts.looking import look
from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import ACCOUNT, Rule
from accountlens.alerts.signs import Seen
from accountlens.errors import AccountlensError, RowsElsewhereError
from accountlens.pages.stand import Stand


@dataclass(frozen=True)
class Preview:
    """Of `subjects` that it looks at, those it `fires` for, each with why; `held`: held back, by why."""

    subjects: int
    fires: Sequence[tuple[str, str]]
    held: Mapping[str, int]


def preview(here: Stand, rule: Rule) -> Preview:
    """At the snapshot's moment, of the accounts one sees; `RuleError` says why it cannot be computed, and where.

    Alerts that are there already and cooldown are left out: this is what the condition says.
    """
    seen = _looked(here, rule)
    last = len(seen.moments) - 1
    signs = list(seen.at(last))
    fires = [(subject, sign.why) for subject, sign in signs if not sign.held]
    held = Counter(sign.held.value for _, sign in signs if sign.held)
    return Preview(int(seen.watched[:, last].sum()), fires, dict(held))


def _looked(here: Stand, rule: Rule) -> Seen:
    try:
        return look(here, rule)
    except RowsElsewhereError:
        raise
    except AccountlensError as fault:
        raise RuleError(fault.what, fault.where or _place(here, rule), fault.mend) from fault


def _place(here: Stand, rule: Rule) -> str | None:
    """The part of a rule that is at fault: the one without which it can be computed, else its KPI."""
    for part, usual in (("where", None), ("each", ACCOUNT)):
        if getattr(rule, part) != usual:
            try:
                look(here, rule.model_copy(update={part: usual}))
            except AccountlensError:
                continue
            return f"rule.{part}"
    return "rule.when.kpi" if rule.kpi else None
