"""Files of an object store (s3://, gs://, abfs://) copied into the store's folder: those alone that are new or changed.

The copies lie in a tree beside the kept file, which says what they are copies of. A fetch makes a new tree, in which
what did not change is the same file, and then names it: so a crash leaves the last whole tree.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import duckdb

from accountlens.errors import AccountlensError
from accountlens.sources.kept import Fetched
from accountlens.sources.secrets import Secrets
from accountlens.sources.sniff import SUFFIXES

SCHEMES = ("s3://", "gs://", "gcs://", "abfs://", "abfss://")
GLOB = "*?["
PIECE = 1 << 20
Reading = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Place:
    """Where objects are: a folder, and which of those below it are asked for; "": those in it that can be read."""

    root: str
    pattern: str


def is_remote(path: str | None) -> bool:
    return bool(path and path.startswith(SCHEMES))


def mirror(name: str, url: str, folder: Path, file: Path, progress: Reading | None) -> Fetched:
    """Bring the copies of a source's objects up to date; how many objects came, and how many went."""
    where, secrets = f"source '{name}', path", Secrets(folder)
    system, place = _opened(secrets.fill(url, where), where, secrets)
    before, tree = _told(file), file.with_suffix("") / uuid4().hex
    try:
        objects = _listed(system, place)
        if not objects:
            raise AccountlensError(f"There is no file to be read at '{url}'.", where, "Are bucket and path right?")
        came = _copy(system, place, objects, before, tree, progress)
    except OSError as error:
        raise AccountlensError(secrets.hide(f"It can't be read: {_short(error)}."), where, _mend(error)) from None
    _tell(file, {"tree": tree.name, "objects": objects})
    for old in tree.parent.iterdir():
        if old != tree:
            shutil.rmtree(old)
    return Fetched(came, gone=len(before.get("objects", {}).keys() - objects.keys()))


def mirrored(url: str, file: Path) -> str:
    """The path of the copies that stands for the URL."""
    tree, path = file.with_suffix("") / _told(file)["tree"], url.partition("://")[2].partition("?")[0]
    place = _place(path)
    return str(tree / (place.pattern or (PurePosixPath(path).name if _is_file(path) else "")))


def _opened(url: str, where: str, secrets: Secrets) -> tuple[Any, Place]:
    import pyarrow as pa
    from pyarrow.fs import FileSystem

    try:
        system, path = FileSystem.from_uri(url)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise AccountlensError(secrets.hide(f"This address can't be used: {_short(error)}."), where) from None
    return system, _place(path)


def _place(path: str) -> Place:
    parts = PurePosixPath(path).parts
    first = next((place for place, part in enumerate(parts) if any(mark in part for mark in GLOB)), None)
    if first is not None:
        return Place("/".join(parts[:first]), "/".join(parts[first:]))
    if _is_file(path):
        return Place(str(PurePosixPath(path).parent), PurePosixPath(path).name)
    return Place(path.rstrip("/"), "")


def _is_file(path: str) -> bool:
    return any(PurePosixPath(path).name.lower().endswith((ending, f"{ending}.gz")) for ending in SUFFIXES)


def _listed(system: Any, place: Place) -> dict[str, list[int]]:
    """Each object by its name below the root, with size and time."""
    from pyarrow.fs import FileSelector, FileType

    deep = "/" in place.pattern or "**" in place.pattern
    found = {}
    for info in system.get_file_info(FileSelector(place.root, recursive=deep, allow_not_found=True)):
        shown = PurePosixPath(info.path).relative_to(place.root).as_posix()
        if info.type == FileType.File and _is_asked(shown, place.pattern):
            found[shown] = [info.size, info.mtime_ns or 0]
    return dict(sorted(found.items()))


def _is_asked(shown: str, pattern: str) -> bool:
    if PurePosixPath(shown).name.startswith((".", "~$")) or ".." in PurePosixPath(shown).parts:
        return False
    if not pattern:
        return _is_file(shown)
    asked, given = pattern.split("/"), shown.split("/")
    return _fits(given, asked)


def _fits(given: list[str], asked: list[str]) -> bool:
    """Part by part; `**` stands for any number of folders."""
    if not asked:
        return not given
    if asked[0] == "**":
        return any(_fits(given[skipped:], asked[1:]) for skipped in range(len(given) + 1))
    return bool(given) and PurePosixPath(given[0]).match(asked[0]) and _fits(given[1:], asked[1:])


def _copy(
    system: Any, place: Place, objects: Mapping[str, list[int]], before: Any, tree: Path, progress: Reading | None
) -> int:
    came = 0
    for done, (shown, state) in enumerate(objects.items()):
        if progress:
            progress(shown, done, len(objects))
        target, old = tree / shown, tree.parent / before.get("tree", "") / shown
        target.parent.mkdir(parents=True, exist_ok=True)
        if before.get("objects", {}).get(shown) == state and old.is_file():
            os.link(old, target)
            continue
        with system.open_input_stream(f"{place.root}/{shown}", compression=None) as stream, target.open("wb") as out:
            shutil.copyfileobj(stream, out, PIECE)
        came += 1
    if progress:
        progress("", len(objects), len(objects))
    return came


def _told(file: Path) -> Any:
    """What the tree holds; nothing before the first fetch."""
    if not file.is_file():
        return {}
    with duckdb.connect(str(file), read_only=True) as con:
        ((told,),) = con.execute("SELECT told FROM mirror").fetchall()
    return json.loads(told)


def _tell(file: Path, told: Mapping[str, Any]) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE OR REPLACE TABLE mirror AS SELECT $1 AS told", [json.dumps(told)])


def _short(error: Exception) -> str:
    return str(error).partition("; Details")[0].partition("\n")[0].rstrip(".")


def _mend(error: Exception) -> str:
    said = str(error)
    if "ACCESS_DENIED" in said or "403" in said:
        return "May the keys in the environment (AWS_ACCESS_KEY_ID ...) read there?"
    return "Are bucket and path right?" if "NO_SUCH" in said or "404" in said else ""
