"""What an entity is made from: when none of it changed, neither did the entity."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accountlens.accounts.relate import FIRST
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.language.tables import Entity
from accountlens.refresh.past import print_of
from accountlens.sources.landed import Landed
from accountlens.sources.mapping import Mapped, TableName

# Settings that bear on questions alone, or on facts, whose definitions hold them.
OF_QUESTIONS = {
    "name", "fiscal_year_starts", "business_hours", "gross_margin", "kpi_options", "stages", "buying_roles", "health",
    "profiles", "access", "schedules", "delivery", "figures",
}  # fmt: skip
# What a row says of its company beside an id: with such a column its account hangs on other rows too.
CLUE = re.compile(r"mail|domain|website|url|company|account_name|organi[sz]ation|employer", re.IGNORECASE)
# A mapping that reads what did not land, or says something else each time.
UNSURE = re.compile(
    r"\b(?:read_\w+|\w+_scan|glob|getenv|now|today|random|uuid|gen_random_uuid|nextval|setseed|current_\w+|get_current_\w+)"
    r"\s*\(|\bcurrent_(?:date|time|timestamp)\b|\b(?:from|join)\s*'|\bTABLESAMPLE\b|\busing\s+sample\b|\"?_(?:landing|mapped)",
    re.IGNORECASE,
)
DECISION_FILES = (".csv", ".yaml", ".yml", ".json", ".txt")
OWN_FILES = ("tiers.csv",)  # land like those of a source


@dataclass(frozen=True)
class Basis:
    """All that decides what an entity's rows are."""

    static: str  # code, definition, mapping, settings
    files: tuple[tuple[str, ...], ...]  # source, table, file and content, in the order of loading
    beside: Mapping[str, str]  # what its rows are looked up in, and the day money without a date is converted at

    def kept(self) -> dict[str, Any]:
        return {"static": self.static, "files": [list(file) for file in self.files], "beside": dict(self.beside)}


def is_quiet(entity: Entity, columns: Collection[str]) -> bool:
    """Whether an entity's rows are looked up by ids alone, and nothing is learnt from them for other entities."""
    return entity.name not in FIRST and not any(map(CLUE.search, columns))


def static_print(
    entity: Entity, mapped: Mapped, settings: Settings, present: Collection[str], decisions: str
) -> str | None:
    """What stays the same while only rows come in; None where a mapping can't be known again."""
    text = mapped.sql.get(entity.name, "")
    if UNSURE.search(text):
        return None
    told = settings.model_dump(mode="json", by_alias=True, exclude=OF_QUESTIONS)
    told["entities"] = told.get("entities", {}).get(entity.name)
    origins = [
        (origin.shown, origin.source, sorted(origin.types.items()), sorted(origin.columns.items()))
        for origin in mapped.origins[entity.name]
    ]
    return print_of([repr(entity), text, told, origins, sorted(set(FIRST) & set(present)), decisions])


def files_of(tables: Sequence[TableName], landed: Sequence[Landed]) -> tuple[tuple[str, ...], ...] | None:
    """The files of some tables with their content; None where any is not known."""
    found = [item for item in landed if (item.source, item.table) in tables]
    if not tables or not all(item.digest for item in found):
        return None
    return tuple((item.source, item.table, item.file, item.digest) for item in found)


def decisions_print(folder: Path) -> str:
    """What people decided about the data: files that lie beside the settings."""
    return print_of([*_decisions(folder)])


def _decisions(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir()):
        if file.suffix in DECISION_FILES and file.is_file() and file.name not in (FILE_NAME, *OWN_FILES):
            yield file.name, hashlib.sha256(file.read_bytes()).hexdigest()
