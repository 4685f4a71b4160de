"""Where a KPI comes from: the facts it measures, the entities beneath them, their columns, and the sources of these."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from accountlens.catalog.catalog import Catalog
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Across, At, During, Measure, Trailing
from accountlens.language.tables import Fact
from accountlens.store import Snapshot

if TYPE_CHECKING:  # what reads and checks settings takes longer to load than a question to answer
    from accountlens.catalog.settings import Settings

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
QUOTED = re.compile(r"'(?:[^']|'')*'")


def lineage(
    kpi: Kpi, catalog: Catalog, snapshot: Snapshot, settings: Settings, *, whole: bool = True
) -> dict[str, Any]:
    """Facts from the measured ones down, then entities with the columns that are read and where these come from.

    How many rows an entity has is told to whoever sees the `whole` of them.
    """
    read: dict[str, set[str]] = {}
    for measure in kpi.measures.values():
        read.setdefault(measure.fact, set()).update(_columns(measure, catalog.facts[measure.fact]))
    facts = dict.fromkeys(fact for name in read for fact in reversed(catalog.closure(name)))
    entities = dict.fromkeys(name for name in read if not catalog.facts[name].sql)
    for fact in facts:
        sql = catalog.facts[fact].sql
        words = _words(sql) | (read.get(fact, set()) if ".*" in sql else set())  # rows that are taken over whole
        for beneath in catalog.facts[fact].reads:
            read.setdefault(beneath, set()).update(words & set(catalog.facts[beneath].columns))
            if beneath in catalog.entities:
                entities[beneath] = None
    return {
        "facts": [_fact(catalog.facts[name], read.get(name, set())) for name in facts],
        "entities": [
            _entity(name, read.get(name, set()), catalog, snapshot, settings, whole)
            for name in entities
            if name in catalog.entities
        ],
    }


def _columns(measure: Measure, fact: Fact) -> set[str]:
    texts = [measure.where or "", measure.expression, measure.per.key if measure.per else ""]
    if measure.per:
        texts += [*measure.per.each.values(), measure.per.lasted or ""]
    match measure.time:
        case At(column) | Trailing(column):
            texts.append(column)
        case During(start, end) | Across(start, end):
            texts += [start, end]
    return set().union(*map(_words, texts)) & set(fact.columns)


def _words(text: str) -> set[str]:
    return set(WORD.findall(QUOTED.sub("", COMMENT.sub("", text))))


def _fact(fact: Fact, read: Collection[str]) -> dict[str, Any]:
    told = {"fact": fact.name, "about": fact.about.strip(), "file": fact.file, "reads": list(fact.reads)}
    return told | {"columns": [name for name in fact.columns if name in read], "model": fact.model or None}


def _entity(
    name: str, read: Collection[str], catalog: Catalog, snapshot: Snapshot, settings: Settings, whole: bool
) -> dict[str, Any]:
    entity, table = catalog.entities[name], snapshot.tables.get(name)
    rows = table.rows if table else snapshot.remote.get(name)
    sources = snapshot.info.get("sources", {})
    return {
        "entity": name,
        "about": entity.about.strip(),
        "rows": rows if whole else None,
        "sources": [
            {"source": source, "fetched_at": one["fetched_at"] and f"{one['fetched_at']}Z", "error": one["error"]}
            for source, one in sources.items()
            if name in one["entities"]
        ],
        **_mapped(name, snapshot, settings),
        "columns": [column for column in catalog.facts[name].columns if column in read],
    }


def _mapped(name: str, snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    """How it comes to its rows: by a file or a map of the settings, else from what is called like it."""
    told = settings.entities.get(name)
    files = list(_files(name, snapshot.info.get("made", {})))
    return {"files": files, "map": {"from": told.source, "columns": dict(told.columns)} if told else None}


def _files(name: str, made: Mapping[str, Any]) -> Iterator[str]:
    """The files that are called like the entity, as the refresh read them."""
    for file in made.get("files", {}):
        stem = file.rpartition("/")[2].partition(".")[0]
        if stem.lower() == name:
            yield file
