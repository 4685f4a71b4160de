"""What the published snapshot remembers about how its tables were made, so that the next refresh can know it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from accountlens.store import Balance, Snapshot, TableVersion

MAKERS = ("accounts", "catalog", "increments", "language", "models", "sources", "store", "warehouses", "refresh")
KEY = "made"  # of a snapshot's info


@dataclass(frozen=True)
class Past:
    """The tables of the last snapshot and what each was made from; empty where nothing can be taken over."""

    snapshot: str = ""
    tables: Mapping[str, TableVersion] = field(default_factory=dict)
    balance: Mapping[str, Balance] = field(default_factory=dict)
    unmatched: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    entities: Mapping[str, Any] = field(default_factory=dict)  # their basis and warnings
    facts: Mapping[str, Any] = field(default_factory=dict)  # fact → prints of what it was made from
    remote: Mapping[str, Any] = field(default_factory=dict)  # what it says of its tables in a warehouse


def past_of(snapshot: Snapshot | None) -> Past:
    """What can be taken over from a snapshot: nothing where other code, or none, has made it."""
    made, code = snapshot.info.get(KEY) if snapshot else None, code_print()  # of the code that runs from here on
    if snapshot is None or not made or made["code"] != code:
        return Past()
    unmatched = snapshot.info.get("unmatched", {})
    rows = snapshot.tables, snapshot.balance, unmatched
    return Past(snapshot.id, *rows, _unpacked(made), made["entities"], made["facts"], snapshot.info.get("remote", {}))


def remembered(files: Mapping[str, Any], entities: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a snapshot keeps for the next refresh."""
    return {"code": code_print(), **_packed(files), "entities": entities, "facts": facts}


def _packed(files: Mapping[str, Any]) -> dict[str, Any]:
    """Thousands of files share a few shapes (columns and their types), which are kept once."""
    shapes: dict[str, int] = {}
    packed = {}
    for name, note in files.items():
        parts = [
            {**rest, "shape": shapes.setdefault(json.dumps([columns, named]), len(shapes))}
            for part in note["parts"]
            for columns, named, rest in [(part["columns"], part["named"], _without(part, "columns", "named"))]
        ]
        packed[name] = {**note, "parts": parts}
    return {"files": packed, "shapes": [json.loads(shape) for shape in shapes]}


def _unpacked(made: Mapping[str, Any]) -> dict[str, Any]:
    files = {}
    for name, note in made["files"].items():
        shapes = [(_without(part, "shape"), *made["shapes"][part["shape"]]) for part in note["parts"]]
        files[name] = {
            **note,
            "parts": [{**rest, "columns": columns, "named": named} for rest, columns, named in shapes],
        }
    return files


def _without(part: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in names}


@cache
def code_print(makers: tuple[str, ...] = MAKERS) -> str:
    """Changes when anything changes that makes tables: then all of them are made anew."""
    home = Path(__file__).parent.parent
    found: list[str] = []
    for part in makers:
        place = home / part
        files = [place] if place.is_file() else sorted([*place.rglob("*.py"), *place.rglob("*.txt")])
        found += [f"{file.relative_to(home)} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files]
    return print_of(found)


def print_of(parts: Any) -> str:
    """A short text that differs where the parts differ."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:24]


def version_print(version: TableVersion | None) -> str:
    """A table's content is that of its files, which are never written again."""
    return print_of([version.files, version.columns, version.rows]) if version else "absent"
