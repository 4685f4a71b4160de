"""Which reviews there are: one file each in `packs/`, found by folder, for some cadences and audiences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from accountlens.boards.tiles import Strict, Words
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.reports.content import Audience, Cadence

FOLDER = Path(__file__).with_name("packs")


class By(Strict):
    """KPIs by a dimension, the groups that lead by the first of them."""

    title: Words
    kpis: list[Words]
    by: Words
    top: Annotated[int, Field(ge=1, le=50)] = 10
    bars: bool = False
    audiences: list[Audience] | None = None  # those it is for, where not all


class Part(Strict):
    """A section. `draws`: KPIs drawn over the periods up to this one; `rest`: all of the cadence not shown above.

    `portfolio`: what an account manager looks after, of which the team page tells too.
    """

    title: Words
    kpis: list[Words] = Field(default_factory=list)
    draws: list[Words] = Field(default_factory=list)
    tables: list[By] = Field(default_factory=list)
    rest: bool = False
    audiences: list[Audience] | None = None
    rows: Literal["goals", "tickets"] | None = None
    portfolio: bool = False


class Pack(Strict):
    """One review as its file says. Of what is for customers (`internal: false`) only what is named is shown."""

    title: Words
    about: str
    cadences: list[Cadence]
    audiences: list[Audience]
    internal: bool = True
    headline: list[Words]
    sections: list[Part]
    means: dict[Words, str] = Field(default_factory=dict)  # KPIs in its reader's words, not the catalog's

    def kpis(self) -> list[str]:
        """All that are named, each once, those of the headline first."""
        named = (kpi for part in self.sections for kpi in (*part.kpis, *part.draws))
        return list(dict.fromkeys([*self.headline, *named]))


@cache
def packs() -> Mapping[str, Pack]:
    """All of them by the name of their file."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def pack_of(cadence: str, audience: str, among: tuple[str, Pack] | None = None) -> tuple[str, Pack]:
    """The one for a cadence and an audience, with its name; `among` one where another is not meant."""
    for name, pack in [among] if among else packs().items():
        if cadence in pack.cadences and audience in pack.audiences:
            return name, pack
    if among and cadence in CADENCES:
        what = f"The {among[1].title} is not made for one {audience}."
        raise AccountlensError(what, mend=f"It is for: {', '.join(among[1].audiences)}.")
    what = f"There is no {cadence} review for one {audience}." if cadence in CADENCES else f"'{cadence}' is no cadence."
    raise AccountlensError(what, mend=f"Cadences: {', '.join(CADENCES)}.")


CADENCES: tuple[Cadence, ...] = ("weekly", "monthly", "quarterly", "annual")


def _read(path: Path) -> Pack:
    document, problems = read_yaml_file(path, path.name)
    pack, misfits = validate(document, Pack)
    if pack is None or problems:
        raise ProblemsError([*problems, *misfits])
    return pack
