"""Dimensions: from a fact's row to something to group or filter by, always many-to-one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from accountlens.catalog.catalog import Catalog
from accountlens.engine.moments import Moment
from accountlens.errors import AccountlensError, suggest
from accountlens.language.tables import Fact
from accountlens.warehouses.expand import literal, quoted

UNKNOWN = "(unknown)"
UNMATCHED = "(unmatched)"


@dataclass(frozen=True)
class Dimension:
    """A path of references from a fact to a column. `hops` are (column, entity) pairs."""

    asked: str
    fact: str
    hops: tuple[tuple[str, str], ...]
    column: str
    type: str
    entity: str | None = None  # what the values are keys of, where they are
    home: str = ""  # the table the answer names: the entity a fact is made from, where it has the column

    @property
    def resolved(self) -> str:
        """How the answer names it: `opportunities.owner_id`, `account.tier`."""
        path = [column.removesuffix("_id") for column, _ in self.hops]
        return ".".join([*(path or [self.home or self.fact]), self.column])

    @property
    def about_account(self) -> bool:
        """Whether a row of no account is `(unmatched)` here rather than `(unknown)`."""
        return self.hops[:1] == (("account_id", "accounts"),) or (not self.hops and self.column == "account_id")


def find_dimension(catalog: Catalog, fact: Fact, name: str) -> Dimension | None:
    """The fact's own column, else the account's, else one its rows' references bring along; dots follow references."""
    if "." in name:
        return _follow(catalog, fact, name, name) or _follow(catalog, fact, name, f"account.{name}")
    if name in fact.columns:
        first = catalog.facts[fact.primary[0]] if fact.primary else fact
        home = first.name if name in first.columns else fact.name
        return Dimension(name, fact.name, (), name, fact.columns[name], fact.references.get(name), home)
    brought = {hop[0]: _step(catalog, fact, name, hop) for hop in _bringing(catalog, fact, name)}
    if fact.key[:1] and fact.key[0] in brought:
        return brought[fact.key[0]]
    accounts = catalog.facts["accounts"]
    if "account_id" in fact.columns and name in accounts.columns:
        return _step(catalog, fact, name, ("account_id", "accounts"))
    return next(iter(brought.values())) if len(brought) == 1 else None


def _step(catalog: Catalog, fact: Fact, name: str, hop: tuple[str, str]) -> Dimension:
    table = catalog.facts[hop[1]]
    return Dimension(name, fact.name, (hop,), name, table.columns[name], table.references.get(name))


def _links(catalog: Catalog, table: Fact) -> dict[str, str]:
    """Column → the one row of an entity it names: references, and the keys of entities the table is made from."""
    entities = {name: entity for name, entity in catalog.entities.items() if len(entity.key) == 1}
    keys = {entities[name].key[0]: name for name in _sources(catalog, table) if name in entities}
    links = {**keys, **table.references}
    return {column: name for column, name in links.items() if column in table.columns and name in entities}


def _sources(catalog: Catalog, table: Fact) -> Iterator[str]:
    """The entities beneath a fact."""
    for name in dict.fromkeys(other for fact in catalog.closure(table.name) for other in catalog.facts[fact].reads):
        if name in catalog.entities:
            yield name


def _bringing(catalog: Catalog, fact: Fact, name: str) -> list[tuple[str, str]]:
    """The references of a fact to entities that have such a column from their source, beyond the defined ones."""
    return [(column, entity) for column, entity in _links(catalog, fact).items() if name in _extra(catalog, entity)]


def _extra(catalog: Catalog, entity: str) -> list[str]:
    made = {"ultimate_parent_id", *catalog.entities[entity].columns}
    return [name for name in catalog.facts[entity].columns if name not in made and not name.endswith("_given")]


def _follow(catalog: Catalog, fact: Fact, asked: str, name: str) -> Dimension | None:
    *path, last = name.split(".")
    table, hops = fact, []
    if path[:1] == [fact.name] or (path == list(fact.primary[:1]) and last in fact.columns):
        path = path[1:]
    for part in path:
        hop = _hop(_links(catalog, table), part)
        if hop is None:
            return None
        hops.append(hop)
        table = catalog.facts[hop[1]]
    if last not in table.columns:
        return None
    return Dimension(asked, fact.name, tuple(hops), last, table.columns[last], table.references.get(last))


def _hop(links: Mapping[str, str], part: str) -> tuple[str, str] | None:
    """The reference a word means: `owner` and `owner_id` the column, `opportunities` the only one to that entity."""
    by_entity = [column for column, entity in links.items() if entity == part]
    column = next((item for item in (f"{part}_id", part) if item in links), None)
    if column is None and len(by_entity) == 1:
        column = by_entity[0]
    return (column, links[column]) if column else None


def dimensions_of(catalog: Catalog, fact: Fact) -> list[str]:
    """The plain names that a fact can be grouped by."""
    names = [*fact.columns, *(catalog.facts["accounts"].columns if "account_id" in fact.columns else ())]
    measured = {"TIMESTAMP", "DOUBLE"}
    kinds = {**catalog.facts["accounts"].columns, **fact.columns}
    for entity in _links(catalog, fact).values():
        names += [name for name in _extra(catalog, entity) if find_dimension(catalog, fact, name)]
        kinds = {**catalog.facts[entity].columns, **kinds}
    # one column of several that make a key can group rows; a key of its own cannot, nor can one that nothing names
    alone = {name for name in fact.key if len(fact.key) == 1 or (name.endswith("_id") and name not in fact.references)}
    hidden = alone - {"account_id"} | {"comment"}
    return list(
        dict.fromkeys(
            name for name in names if kinds[name] not in measured and name not in hidden and not name.endswith("_given")
        )
    )


def shared_dimensions(catalog: Catalog, facts: Sequence[Fact]) -> list[str]:
    """The plain names that all of some facts can be grouped by."""
    return [item for item in dimensions_of(catalog, facts[0]) if all(find_dimension(catalog, f, item) for f in facts)]


def refuse(catalog: Catalog, kpi: str, facts: Sequence[Fact], name: str) -> AccountlensError:
    """The error for a dimension that not all measures of a KPI share."""
    without = [fact for fact in facts if find_dimension(catalog, fact, name) is None]
    if ways := [f"{column.removesuffix('_id')}.{name}" for column, _ in _bringing(catalog, without[0], name)]:
        return AccountlensError(f"{kpi}: '{name}' can mean more than one thing.", mend=f"Say {' or '.join(ways)}.")
    shared = shared_dimensions(catalog, facts)
    lacking = ", ".join(dict.fromkeys(fact.name for fact in without))
    hint = suggest(name, shared)
    listed = ", ".join(shared) or "none"
    return AccountlensError(
        f"{kpi} cannot be split by '{name}': {lacking} has no such column. Dimensions of {kpi}: {listed}.",
        mend=hint,
    )


@dataclass
class Joins:
    """The joins one branch needs, collected while its dimensions are written."""

    catalog: Catalog
    moment: Moment
    history: frozenset[str]  # account attributes that have a history; empty under `as-is`
    texts: dict[str, str] = field(default_factory=dict)  # alias → JOIN …
    own: set[str] = field(default_factory=set)  # the fact's columns that are read

    def value(self, dimension: Dimension) -> str:
        """The raw SQL value of a dimension at the branch's moment."""
        alias, on_accounts = "f", dimension.fact == "accounts"
        self.own |= {(*(column for column, _ in dimension.hops), dimension.column)[0]}
        if dimension.about_account or on_accounts:
            self.own.add("account_id")
        for column, entity in dimension.hops:
            source = self._attribute(alias, column) if on_accounts else f"{alias}.{quoted(column)}"
            alias = self._join(alias, column, source, entity)
            on_accounts = entity == "accounts"
        if on_accounts:
            return self._attribute(alias, dimension.column)
        return f"{alias}.{quoted(dimension.column)}"

    def shown(self, dimension: Dimension) -> str:
        """The value as a group: text, never null."""
        text = f"COALESCE(CAST({self.value(dimension)} AS VARCHAR), '{UNKNOWN}')"
        if dimension.about_account and dimension.fact != "accounts":
            return f"CASE WHEN f.account_id IS NULL THEN '{UNMATCHED}' ELSE {text} END"
        return text

    def compared(self, dimension: Dimension) -> tuple[str, str]:
        """What a condition compares: the value as it is, and, beside quoted text, the group as it is shown."""
        value = self.value(dimension)
        return value, self.shown(dimension) if dimension.type in ("VARCHAR", "BOOLEAN") else value

    def _join(self, alias: str, column: str, source: str, entity: str) -> str:
        new = f"{alias}_{column}"
        key = self.catalog.entities[entity].key[0]
        self.texts.setdefault(new, f"LEFT JOIN {quoted(entity)} {new} ON {new}.{quoted(key)} = {source}")
        return new

    def _attribute(self, alias: str, column: str) -> str:
        if column not in self.history:
            return f"{alias}.{quoted(column)}"
        new = quoted(f"{alias}_was_{column}")
        during = self.moment.inside(f"{new}.valid_from", f"{new}.valid_to")
        on = f"{new}.account_id = {alias}.account_id AND {new}.attribute = {literal(column)} AND {during}"
        self.texts.setdefault(new, f"LEFT JOIN account_attributes {new} ON {on}")
        return f"CASE WHEN {new}.account_id IS NULL THEN {alias}.{quoted(column)} ELSE {new}.value END"
