"""Restoring a back-up: read whole and checked, laid out beside its place, put there in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from accountlens.backups.contents import PUSHED, RESTORED, STORE, missing_secrets
from accountlens.backups.making import CHUNK_BYTES, Progress
from accountlens.backups.manifest import MARK, NAME, WORKSPACE, Manifest, damaged, from_text
from accountlens.errors import AccountlensError
from accountlens.store import Store
from accountlens.store.faults import telling
from accountlens.store.lock import WriterLock
from accountlens.store.snapshots import utc_now

NO_WORD = "Is it a back-up that 'accountlens backup' made? If so, it was cut short: copy it again. Nothing was written."


@dataclass(frozen=True)
class Restored:
    """A workspace that is there again."""

    folder: Path
    manifest: Manifest
    before: Path | None  # where that which stood there lies now
    missing_secrets: tuple[str, ...]


def look(file: Path, progress: Progress | None = None) -> Manifest:
    """Read a back-up whole: what it says of itself, after every checksum held."""
    with _opened(file) as (archive, manifest):
        _verify(archive, manifest, file, progress)
    return manifest


def restore(
    file: Path, folder: Path | None = None, *, replace: bool = False, progress: Progress | None = None
) -> Restored:
    """Put a workspace back into a folder that is empty or not there yet; else what is there goes beside it.

    Without a folder it gets its old name, in the current one. Until all is laid out and whole, nothing is seen of it.
    """
    with _opened(file) as (archive, manifest), ExitStack() as held:
        target = (folder or Path(manifest.name)).resolve()
        is_full = _is_full(target, replace)
        _verify(archive, manifest, file, progress)
        with telling("restore", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch = target.with_name(f".{target.name}.restoring")
            laid = scratch / "workspace"
            held.enter_context(WriterLock(scratch / "lock").hold(0, lambda: shutil.rmtree(laid, ignore_errors=True)))
            held.callback(shutil.rmtree, scratch, ignore_errors=True)
            _lay_out(archive, manifest, laid, progress)
            for pushed in (laid / STORE / PUSHED).glob("*.json"):
                pushed.with_suffix(RESTORED).touch()
            if is_full and (target / STORE).is_dir():
                held.enter_context(Store(target / STORE).writing())
            before = _put(laid, target, is_full)
    return Restored(target, manifest, before, missing_secrets(target))


@contextmanager
def _opened(file: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    if not file.is_file():
        raise AccountlensError("There is no such file.", str(file))
    try:
        with ZipFile(file) as archive:
            if archive.comment != MARK:
                raise AccountlensError("This is no back-up of accountlens.", str(file), NO_WORD)
            yield archive, from_text(archive.read(NAME), str(file))
    except BadZipFile as fault:
        raise AccountlensError("This is no whole back-up.", str(file), NO_WORD) from fault
    except zlib.error as fault:
        raise damaged(str(file), "its content can't be unpacked") from fault


def _verify(archive: ZipFile, manifest: Manifest, file: Path, progress: Progress | None) -> None:
    """Every file is there, no other one, and each is what it was."""
    there = {name.removeprefix(WORKSPACE) for name in archive.namelist() if name != NAME}
    if odd := sorted(there ^ manifest.files.keys()):
        raise damaged(str(file), f"'{odd[0]}' is missing, or came in later")
    for number, (place, entry) in enumerate(manifest.files.items()):
        if progress:
            progress(f"checking {place}", number, len(manifest.files))
        try:
            found = _copy(archive, place, None)
        except (BadZipFile, zlib.error, EOFError) as fault:
            raise damaged(str(file), f"'{place}' can't be read") from fault
        if found != entry.sha256:
            raise damaged(str(file), f"'{place}' is not what it was")


def _is_full(target: Path, replace: bool) -> bool:
    """Whether something is there that is to go aside; an error where it may not."""
    if target.is_file():
        raise AccountlensError("A file stands where the workspace would go.", str(target), "Name a folder.")
    is_full = target.is_dir() and any(target.iterdir())
    if is_full and not replace:
        mend = "Name another folder, or say --replace: what is there is kept beside it."
        raise AccountlensError("This folder isn't empty; nothing was written.", str(target), mend)
    if target.is_dir() and Path.cwd().is_relative_to(target):
        raise AccountlensError("You are in the folder that would be put in place.", str(target), "Go up, and name it.")
    return is_full


def _lay_out(archive: ZipFile, manifest: Manifest, laid: Path, progress: Progress | None) -> None:
    laid.mkdir(parents=True)
    for number, (place, entry) in enumerate(manifest.files.items()):
        if progress:
            progress(f"writing {place}", number, len(manifest.files))
        path = laid / place
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(archive, place, path)
        mode = archive.getinfo(WORKSPACE + place).external_attr >> 16 & 0o777
        path.chmod(mode or 0o644)
        os.utime(path, ns=(entry.modified_ns, entry.modified_ns))  # so that a refresh knows a file again


def _copy(archive: ZipFile, place: str, to: Path | None) -> str:
    """Read one file, write it where that is wanted: its checksum."""
    digest = hashlib.sha256()
    with ExitStack() as opened:
        source = opened.enter_context(archive.open(WORKSPACE + place))
        write: Callable[[bytes], object] = opened.enter_context(to.open("wb")).write if to else len
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            write(chunk)
    return digest.hexdigest()


def _put(laid: Path, target: Path, is_full: bool) -> Path | None:
    """The new folder in the place of the old one, which is never half there."""
    if not is_full:
        if target.is_dir():
            target.rmdir()
        laid.rename(target)
        return None
    before = target.with_name(f"{target.name}.before-{utc_now():%Y-%m-%dT%H-%M-%S}")
    target.rename(before)
    try:
        laid.rename(target)
    except OSError:
        before.rename(target)
        raise
    return before
