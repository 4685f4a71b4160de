"""A proposal: what each table is taken for, why, what is unsure, and the files that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accountlens.language.numbers import count
from accountlens.language.tables import Entity
from accountlens.sources.proposal.match import SURE, Pick
from accountlens.sources.proposal.profile import TableProfile

NO_CURRENCY = "no file names one; say --currency, or change it in accountlens.yaml"
LineKind = Literal["heading", "mapped", "kept", "unsure", "contradiction", "unknown", "note"]


@dataclass(frozen=True)
class Join:
    """Another table that a mapping reads. «column» in `on` is a column of the mapped table."""

    alias: str
    relation: str
    on: str


@dataclass(frozen=True)
class Draft:
    """One table on its way to be an entity."""

    entity: Entity
    table: TableProfile
    picks: Mapping[str, Pick]
    canonical: bool = False
    joins: tuple[Join, ...] = ()
    more: tuple[str, ...] = ()  # further SELECTs whose rows belong here too, with their comments
    each: str | None = None  # one row for each value of this expression
    keep: Mapping[str, str] = field(default_factory=dict)  # further columns of a draft that keeps no others
    where: str | None = None
    why: str = ""
    hidden: bool = False  # found inside another entity's table
    own: bool = False  # of an entity that only this workspace has
    doubts: tuple[str, ...] = ()

    @property
    def renames_only(self) -> bool:
        """Whether a column map is enough."""
        plain = all(pick.sql is None for pick in self.picks.values())
        return plain and not (self.joins or self.more or self.each or self.where or self.hidden)

    @property
    def used(self) -> set[str]:
        return {pick.column for pick in self.picks.values() if pick.column}

    @property
    def left(self) -> list[str]:
        """Columns that are kept as extra dimensions."""
        return [] if self.each or self.hidden else [name for name in self.table.columns if name not in self.used]


@dataclass(frozen=True)
class Line:
    """One line for people: what kind it is, and how deep it stands."""

    kind: LineKind
    text: str
    depth: int = 0


@dataclass(frozen=True)
class EntityProposal:
    """An entity and the tables it comes from. `sql` is its mapping file; `map` its part of accountlens.yaml."""

    entity: str
    drafts: tuple[Draft, ...]
    sql: str | None = None
    map: Mapping[str, object] | None = None
    definition: str | None = None  # the entity file of an entity that only this workspace has

    @property
    def how(self) -> str:
        if self.definition is not None:
            return f"entities/{self.entity}.yaml"
        if self.sql is not None:
            return f"entities/{self.entity}.sql"
        return "a column map in accountlens.yaml" if self.map is not None else "no mapping needed"


@dataclass(frozen=True)
class Unrecognised:
    """A table, or a file, that is no entity we know."""

    table: str
    why: str
    named: bool = False  # its name is that of an entity we know


@dataclass(frozen=True)
class Proposal:
    """Everything `init` found. `lines()` tells it; `write_proposal` makes it a workspace."""

    path: str  # of the folder, file or database, as people may see it
    source: str
    currency: str
    currency_why: str
    entities: tuple[EntityProposal, ...]
    contradictions: tuple[str, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = "My company"
    keys: Mapping[str, Any] = field(default_factory=dict)  # of the source, as settings write them

    def lines(self) -> Iterator[Line]:
        yield Line("heading", f"Looked at {self.path}")
        guessed = self.currency_why == NO_CURRENCY
        yield Line("unsure" if guessed else "note", f"Currency: {self.currency} ({self.currency_why})", 1)
        for note in self.notes:
            yield Line("note", note, 1)
        for item in self.entities:
            yield from _entity_lines(item)
        if self.contradictions:
            yield Line("heading", "The tables contradict each other")
            for text in self.contradictions:
                yield Line("contradiction", text, 1)
        if self.unrecognised:
            yield Line("heading", "Not used")
            for table in self.unrecognised:
                yield Line("unknown", f"{table.table}: {table.why}", 1)

    def text(self) -> str:
        """The lines as plain text."""
        marks = {"unsure": "? ", "contradiction": "! ", "kept": "+ ", "unknown": "- "}
        return "\n".join("  " * line.depth + marks.get(line.kind, "") + line.text for line in self.lines())

    @property
    def unsure(self) -> list[str]:
        return [line.text for line in self.lines() if line.kind == "unsure"]


def _entity_lines(item: EntityProposal) -> Iterator[Line]:
    tables = ", ".join(f"{draft.table.name} ({count(draft.table.rows, 'row')})" for draft in item.drafts)
    yield Line("heading", f"{item.entity} from {tables}: {item.how}")
    for draft in item.drafts:
        if draft.canonical:
            continue
        if draft.why:
            yield Line("note", draft.why, 1)
        for pick in draft.picks.values():
            yield Line("mapped", f"{pick.target} ← {shown(pick)}  {_reason(pick)}".rstrip(), 1)
        if draft.left:
            yield Line("kept", f"kept as dimensions: {', '.join(draft.left)}", 1)
        for pick in draft.picks.values():
            if pick.doubt:
                yield Line("unsure", f"{pick.target}: {pick.doubt}", 1)
        for doubt in draft.doubts:
            yield Line("unsure", doubt, 1)


def shown(pick: Pick) -> str:
    """The source of a pick in few words."""
    if pick.column and (pick.sql is None or len(pick.sql) > 60):
        return pick.column if pick.sql is None else f"{pick.column}, reworked"
    return (pick.sql or "").replace("«", "").replace("»", "").replace("\n", " ")


def _reason(pick: Pick) -> str:
    sure = "" if pick.confidence >= SURE or not pick.why else f", {pick.confidence:.0%} sure"
    return f"({pick.why}{sure})" if pick.why else ""
