"""The next best step of an alert: from the workspace's playbook, else from ours. Data, the first entry that fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from accountlens.alerts.rules import Rule, Strict
from accountlens.catalog.document import Document
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import ProblemsError
from accountlens.language.asked import parse_asked

FILE = "playbook.yaml"
OWN = Path(__file__).with_name(FILE)


class Step(Strict):
    """What to do where all that is named fits."""

    step: Annotated[str, Field(min_length=1, max_length=1_000)]
    rule: str | None = None
    kpi: str | None = None
    kind: str | None = None
    goal: str | None = None
    tier: str | None = None

    def fits(self, id_: str, rule: Rule, tier: str | None) -> bool:
        kpi = parse_asked(rule.kpi).name if rule.kpi else None
        told = {"rule": id_, "kpi": kpi, "kind": rule.when.kind, "goal": rule.goal, "tier": tier}
        named = self.model_dump(exclude={"step"}, exclude_none=True)
        return all(told[name] == value for name, value in named.items())


class _Steps(Strict):
    steps: list[Step]


def playbook(folder: Path) -> Sequence[Step]:
    """The workspace's entries, then ours; `ProblemsError` with lines where its file is faulty."""
    own = _read(folder / FILE) if (folder / FILE).is_file() else []
    return [*own, *_read(OWN)]


def next_step(steps: Sequence[Step], id_: str, rule: Rule, tier: str | None = None) -> str:
    """What to do about an alert of a rule."""
    return rule.next_step or next(one.step for one in steps if one.fits(id_, rule, tier))


def _read(path: Path) -> list[Step]:
    document, problems = read_yaml_file(path, path.name)
    lines = {("steps", *place): line for place, line in document.lines.items()}
    found, misfits = validate(Document(path.name, {"steps": document.data or []}, lines), _Steps)
    if problems or found is None or misfits:
        raise ProblemsError([*problems, *misfits])
    return found.steps
