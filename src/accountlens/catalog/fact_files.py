"""Fact files: one derived table each, a YAML header inside the first comment and one SELECT."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from accountlens.catalog.document import Document
from accountlens.catalog.house import NOT_READ
from accountlens.catalog.settings import Settings
from accountlens.catalog.strict import Strict
from accountlens.catalog.yamlfile import read_yaml, validate
from accountlens.errors import Problem, suggest

HEADER = re.compile(r"\A\s*/\*(.*?)\*/", re.DOTALL)
READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()", re.IGNORECASE)
COMMON_TABLE = re.compile(
    r"(?:\bWITH\s+(?:RECURSIVE\s+)?|,\s*)([a-z_][a-z0-9_]*)\s*(?:\([^()]*\)\s*)?AS\s*(?:MATERIALIZED\s*)?\(",
    re.IGNORECASE,
)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class ReachHeader(Strict):
    """How far a change of the rows a fact is made from reaches into its own."""

    events: dict[str, str] = Field(description="Tables it is made from, with the column that says when.")
    only: dict[str, str] = Field(
        default_factory=dict, description="SQL: which rows of a table bear on the fact at all."
    )
    grows: bool = Field(False, description="Whether it can follow events that come, and none that go.")
    by: str = Field("account_id", description="SQL of the part a row belongs to, made from events of that part alone.")
    by_events: str = Field("", description="The same over rows of the events, where it is another.")
    lookups: dict[str, str] = Field(
        default_factory=dict, description="Tables looked up by their key: the column of the events, or `table.column`."
    )
    own: list[str] = Field(default_factory=list, description="Tables whose rows bear on the part they name alone.")
    each: dict[str, str] = Field(
        default_factory=dict, description="Tables for whose rows it has rows, with SQL of when these are settled."
    )
    at: str = Field("", description="The column that says when; none: a part that changed is made anew whole.")
    settled: str = Field("", description="SQL: before what moment nothing more can change a row; the default is `at`.")
    back: str = Field("0", description="SQL of the days before a change that its rows are made from, too.")
    until: str = Field("", description="Of spans: the column that says when one ends.")
    numbered: str = Field("", description="The column that counts a part's rows in the order of time.")
    looks_back: list[str] = Field(default_factory=list, description="Columns that tell of the row before.")
    merged: dict[str, str] | None = Field(
        None, description="A row is merged from what it was and what came: the aggregate of a column; of others MIN."
    )


class FactHeader(Strict):
    """The header of a fact file."""

    about: str
    key: list[str] = Field(default_factory=list)
    primary: list[str] | str = Field(default_factory=list, description="Without rows of these entities: unknown.")
    stored: bool = True
    reduced: bool = Field(False, description="Few rows beside the events they come from: a warehouse gives them.")
    parameters: dict[str, Any] = Field(default_factory=dict)
    references: dict[str, str] = Field(default_factory=dict)
    fixed: list[str] = Field(default_factory=list, description="Parameters of facts beneath no option is to change.")
    model: str = Field("", description="What turns the SELECT's rows into the fact's at every refresh.")
    reach: ReachHeader | None = Field(None, description="How far changes reach; none: into all of the fact.")
    asked: str = Field("", description="Fit it when asked, on each period's rows; the time by which these are in it.")
    columns: dict[str, str] = Field(default_factory=dict, description="Of a modelled fact: name to SQL type.")

    @model_validator(mode="after")
    def _a_model_says_its_columns(self) -> FactHeader:
        if bool(self.model) != bool(self.columns):
            raise ValueError("'model' and 'columns' belong together")
        if self.model and self.stored == bool(self.asked):
            raise ValueError("what a model makes is stored, but where it is fitted when asked")
        if self.asked and not self.model:
            raise ValueError("'asked' belongs to a 'model'")
        return self


@dataclass(frozen=True)
class FactFile:
    """A fact before its columns are known."""

    name: str
    header: FactHeader
    sql: str
    reads: tuple[str, ...]
    document: Document = field(repr=False)


def load_fact_files(folders: Sequence[Path], settings: Settings) -> tuple[dict[str, FactFile], list[Problem]]:
    """Every `*.sql` of the folders; a later folder's file of the same name stands for the earlier one."""
    files: dict[str, FactFile] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob("*.sql")):
            fact, found = _load(path, settings)
            problems += found
            if fact is not None:
                files[fact.name] = fact
    return files, problems


def _load(path: Path, settings: Settings) -> tuple[FactFile | None, list[Problem]]:
    shown = f"facts/{path.name}"
    text = path.read_text(encoding="utf-8")
    match = HEADER.match(text)
    if match is None:
        return None, [Problem(shown, 1, "The header is missing.", "Start with /* about: … */ in YAML.")]
    document, problems = read_yaml(match[1], shown, first_line=text[: match.start(1)].count("\n") + 1)
    header, more = validate(document, FactHeader) if not problems else (None, [])
    if header is None:
        return None, [*problems, *more]
    parameters = {name: from_settings(value, settings) for name, value in header.parameters.items()}
    header = header.model_copy(update={"parameters": parameters})
    sql = text[match.end() :].strip().rstrip(";")
    return FactFile(path.stem, header, sql, reads(sql), document), problems


def from_settings(value: Any, settings: Settings) -> Any:
    """`{setting: gross_margin, default: 1}` takes a workspace setting; anything else stays."""
    if isinstance(value, Mapping) and "setting" in value:
        name = str(value["setting"])
        found = None if name in NOT_READ else getattr(settings, name, None)
        return value.get("default") if found is None else found
    return value


def reads(sql: str) -> tuple[str, ...]:
    """The tables a SELECT reads, common table expressions left out."""
    bare = COMMENT.sub(" ", sql)
    own = {name.lower() for name in COMMON_TABLE.findall(bare)}
    return tuple(dict.fromkeys(name for name in (found.lower() for found in READ.findall(bare)) if name not in own))


def in_order(files: Mapping[str, FactFile], tables: Collection[str]) -> tuple[list[FactFile], list[Problem]]:
    """Facts so that each stands after the ones it reads; unknown tables and circles are problems."""
    order: dict[str, FactFile] = {}
    problems: list[Problem] = []

    def place(name: str, path: tuple[str, ...]) -> None:
        if name in order or (name in tables and name not in files):
            return
        file = files.get(name)
        if file is None:
            reader = files[path[-1]]
            what = f"It reads '{name}', which is no entity and no fact."
            problems.append(reader.document.problem((), what, suggest(name, [*files, *tables])))
        elif name in path:
            problems.append(file.document.problem((), f"It reads itself: {' → '.join([*path, name])}."))
        else:
            for other in file.reads:
                place(other, (*path, name))
            order[name] = file

    for name in files:
        place(name, ())
    return list(order.values()), problems
