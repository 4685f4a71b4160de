"""Files as a refresh knows them again: by size, times and content; those known need not be read to be mapped."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from accountlens.sources.landed import Landed, Part
from accountlens.warehouses.expand import quoted

SETTLED_NS = 2_000_000_000  # a file younger than this when looked at may change again without a trace in its times
Note = Mapping[str, Any]  # stat, settled, digest, parts: what a snapshot keeps about a file


@dataclass
class Shelf:
    """The files of one refresh. `known` are the notes of the last one, by source and file.

    A file whose content is known gives stand-ins: parts with its columns and no rows, until `wanted` names it.
    """

    known: Mapping[str, Note] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    stand_ins: set[str] = field(default_factory=set)
    paths: dict[str, Path] = field(default_factory=dict)

    def look(self, name: str, path: Path) -> list[Part] | None:
        """The parts of a file that need not be read (again); None where it must be."""
        if name in self.parts and not (name in self.stand_ins and name in self.wanted):
            return self.parts[name]
        if name not in self.notes:
            self.notes[name], self.paths[name] = _look(path, self.known.get(name)), path
        before = self.known.get(name)
        if name in self.wanted or before is None or before["digest"] != self.notes[name]["digest"]:
            return None
        self.notes[name]["parts"] = before["parts"]
        self.stand_ins.add(name)
        self.parts[name] = [_stand_in(part) for part in before["parts"]]
        return self.parts[name]

    def keep(self, con: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Part]) -> None:
        """Remember what was read of a file."""
        self.notes[name]["parts"] = [_described(con, part) for part in parts]
        self.parts[name] = list(parts)
        self.stand_ins.discard(name)

    def marked(self, item: Landed, name: str) -> Landed:
        """What landed, with the content of its file."""
        return replace(item, digest=self.notes[name]["digest"], stands_in=name in self.stand_ins, home=name)

    def finished(self) -> dict[str, dict[str, Any]]:
        """The notes to keep: what changed while it was read has no content to be known by."""
        return {name: note for name, note in self.notes.items() if _unchanged(self.paths[name], note)}


def _look(path: Path, before: Note | None) -> dict[str, Any]:
    stat = _stat(path)
    settled = time.time_ns() - max(stat[1], stat[2]) > SETTLED_NS
    if before and before["settled"] and list(before["stat"]) == stat:
        return {"stat": stat, "settled": settled, "digest": before["digest"]}
    with path.open("rb") as file:
        return {"stat": stat, "settled": settled, "digest": hashlib.file_digest(file, "sha256").hexdigest()}


def _stat(path: Path) -> list[int]:
    """Size and times; that of the last change of status is set by the system alone."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _unchanged(path: Path, note: Note) -> bool:
    try:
        return bool(_stat(path) == note["stat"])
    except OSError:
        return False


def _described(con: duckdb.DuckDBPyConnection, part: Part) -> dict[str, Any]:
    rows = con.execute(f"DESCRIBE {part.select}").fetchall()
    return {
        "columns": [[row[0], str(row[1])] for row in rows],
        "named": list(part.columns),
        "rows": part.rows,
        "notes": list(part.notes),
        "sheet": part.sheet,
    }


def _stand_in(note: Note) -> Part:
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in note["columns"])
    named, notes = tuple(note["named"]), tuple(note["notes"])
    return Part(named, f"SELECT {columns} WHERE false", note["rows"], (), notes, note["sheet"])
