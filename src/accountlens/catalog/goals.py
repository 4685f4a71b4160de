"""Business goals and the few KPIs that serve each: those built in, and a workspace's own in its `goals.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.document import Document
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.language.asked import parse_asked

FILE_NAME = "goals.yaml"
BUILT_IN = Path(__file__).parent
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 12  # KPIs of a goal: who looks at more looks at none
Role = Literal["leading", "lagging"]
Why = Annotated[str, Field(min_length=1, max_length=300)]


class _Written(BaseModel):
    """A goal as its file says it: each KPI as asked, with the reason why it serves the goal."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=60)]
    asks: Annotated[str, Field(min_length=1, max_length=200)]
    review: Literal["weekly", "monthly", "quarterly", "annual"] = "monthly"
    leading: dict[str, Why] = Field(default_factory=dict)
    lagging: dict[str, Why] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_a_few(self) -> Self:
        if not 0 < len(self.leading) + len(self.lagging) <= MOST:
            raise ValueError(f"a goal has 1 to {MOST} KPIs, under leading and lagging")
        if twice := self.leading.keys() & self.lagging.keys():
            raise ValueError(f"'{min(twice)}' is both leading and lagging")
        return self


@dataclass(frozen=True)
class Goal:
    """`leading` and `lagging`: KPIs as asked, with why each serves it. `own`: of the workspace, not built in."""

    name: str
    label: str
    asks: str
    review: Literal["weekly", "monthly", "quarterly", "annual"]
    leading: Mapping[str, str]
    lagging: Mapping[str, str]
    own: bool

    @property
    def halves(self) -> Mapping[Role, Mapping[str, str]]:
        return {"leading": self.leading, "lagging": self.lagging}

    @property
    def kpis(self) -> list[str]:
        """All of them, the leading ones first."""
        return [*self.leading, *self.lagging]


def read_goals(folder: Path, catalog: Catalog) -> tuple[Mapping[str, Goal], list[Problem]]:
    """All goals by name, those built in first, and what is wrong with the workspace's own."""
    own, problems = _read(folder, catalog, own=True)
    return {**_read(BUILT_IN, catalog, own=False)[0], **own}, problems


@cache
def first_steps() -> Mapping[str, str]:
    """By entity, the smallest thing to do where it has no source."""
    document, problems = read_yaml_file(BUILT_IN / "first_steps.yaml", "first_steps.yaml")
    if problems:
        raise ProblemsError(problems)
    return dict(document.data)


def _read(folder: Path, catalog: Catalog, own: bool) -> tuple[dict[str, Goal], list[Problem]]:
    path = folder / FILE_NAME
    if not path.is_file():
        return {}, []
    document, problems = read_yaml_file(path, FILE_NAME)
    if problems:
        return {}, problems
    if not isinstance(document.data or {}, dict):
        mend = "Write the name of a goal, then its keys below."
        return {}, [document.problem((), "It is no mapping of goals.", mend)]
    found = dict[str, Goal]()
    for name in document.data or {}:
        goal, wrong = _goal(str(name), document, catalog, own)
        problems += wrong
        if goal:
            found[goal.name] = goal
    return found, problems


def _goal(name: str, document: Document, catalog: Catalog, own: bool) -> tuple[Goal | None, list[Problem]]:
    if not NAME.fullmatch(name):
        mend = "Write small letters, digits and _; what people read is its label."
        return None, [document.problem((name,), f"'{name}' is no name of a goal.", mend)]
    written, problems = validate(document.below((name,), document.data[name]), _Written)
    if written is None:
        return None, problems
    wrong = list(_unknown(name, written, document, catalog))
    return None if wrong else Goal(name, **written.model_dump(), own=own), wrong


def _unknown(name: str, written: _Written, document: Document, catalog: Catalog) -> Iterator[Problem]:
    for role in ("leading", "lagging"):
        for kpi in getattr(written, role):
            try:
                catalog.kpi(parse_asked(kpi))
            except AccountlensError as error:
                yield document.problem((name, role, kpi), error.what, error.mend or "")
