"""Rules to begin with, by business goal: data beside this file. They are offered, never switched on by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accountlens.alerts.looking import lacking
from accountlens.alerts.rules import Rule, Strict
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import ProblemsError
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand

FOLDER = Path(__file__).with_name("offers")


class _Offers(Strict):
    """As a file says; its name is the goal."""

    about: str
    rules: dict[str, Rule]


@dataclass(frozen=True)
class Offer:
    """A rule that may be taken, by its name. `needs` is what the data lack for it."""

    id: str
    goal: str
    about: str
    rule: Rule
    needs: Sequence[Need]


@cache
def offered() -> Mapping[str, tuple[str, str, Rule]]:
    """Name → goal, what the goal is about, the rule."""
    found: dict[str, tuple[str, str, Rule]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        goal, told = path.stem, _read(path)
        rules = {id_: rule.model_copy(update={"goal": goal}) for id_, rule in told.rules.items()}
        found |= {id_: (goal, told.about, rule) for id_, rule in rules.items()}
    return found


def offers(here: Stand) -> list[Offer]:
    """All of them, with what each lacks here."""
    return [Offer(id_, goal, about, rule, lacking(here, rule)) for id_, (goal, about, rule) in offered().items()]


def _read(path: Path) -> _Offers:
    document, problems = read_yaml_file(path, path.name)
    found, misfits = validate(document, _Offers)
    if found is None or problems:
        raise ProblemsError([*problems, *misfits])
    return found
