"""Rules as a YAML file: written out, read in; all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from accountlens.alerts.kept import KeptRule, save
from accountlens.alerts.looking import admit
from accountlens.alerts.rules import Rule, RuleName, Strict
from accountlens.catalog.yamlfile import read_yaml, validate
from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.pages.stand import Stand
from accountlens.people.audit import Actor
from accountlens.store import Store


class WrittenRule(Rule):
    """A rule in a file, and whether it is on."""

    switched_on: bool = False  # `on` would be a truth value in YAML

    @property
    def plain(self) -> Rule:
        return Rule.model_validate(self.model_dump(exclude={"switched_on"}))


class _File(Strict):
    rules: dict[RuleName, WrittenRule]


def to_yaml(rules: Sequence[KeptRule]) -> str:
    """All of them, as `from_yaml` reads them."""
    told: dict[str, Any] = {one.id: one.rule.document() | ({"switched_on": True} if one.is_on else {}) for one in rules}
    return yaml.safe_dump({"rules": told}, sort_keys=False, allow_unicode=True, width=120)


def from_yaml(text: str, file: str) -> Mapping[str, WrittenRule]:
    """Rules by name; `ProblemsError` with everything wrong, with lines."""
    document, problems = read_yaml(text, file)
    found, misfits = validate(document, _File) if not problems else (None, [])
    if found is None or problems or misfits:
        raise ProblemsError([*problems, *misfits])
    return found.rules


def take_in(store: Store, here: Stand, by: Actor, text: str, file: str) -> Mapping[str, str]:
    """Keep the rules of a file, all or none: rule → why it cannot be computed here, and is off for that."""
    given = from_yaml(text, file)
    remarks: dict[str, str] = {}
    problems: list[Problem] = []
    for id_, rule in given.items():
        try:
            if why := admit(here, rule.plain):
                remarks[id_] = why
        except AccountlensError as fault:
            problems.append(Problem(f"{Path(file).name}, rule {id_}", 0, fault.what, fault.mend or ""))
    if problems:
        raise ProblemsError(problems)
    on = {id_: rule.switched_on and id_ not in remarks for id_, rule in given.items()}
    save(store, by, {id_: rule.plain for id_, rule in given.items()}, on)
    return remarks
