"""Making a back-up: one archive, written beside its place and put there whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from accountlens.backups.contents import STORE, outside, own_files
from accountlens.backups.manifest import FORMAT, MARK, NAME, WORKSPACE, Entry, Manifest, this_version, to_text
from accountlens.backups.pinned import Pinned, pinned
from accountlens.catalog.settings import FILE_NAME
from accountlens.errors import AccountlensError
from accountlens.store import Store
from accountlens.store.faults import telling
from accountlens.store.snapshots import utc_now

PRESSED = {".parquet", ".gz", ".zip", ".xlsx", ".png", ".jpg", ".pdf"}  # to compress them again gains nothing
CHUNK_BYTES = 1 << 20
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Made:
    """A back-up that was made."""

    file: Path
    size_bytes: int
    manifest: Manifest


def back_up(
    folder: Path,
    to: Path | None = None,
    *,
    with_secrets: bool = False,
    replace: bool = False,
    wait_seconds: float = 0.0,
    on_wait: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write the whole workspace to a file, or under a name of its own into a folder."""
    folder = folder.resolve()
    if not (folder / FILE_NAME).is_file():
        raise AccountlensError(f"No {FILE_NAME} here, so this is no workspace.", str(folder), "Name one with -C.")
    file = _named(folder, to)
    if file.exists() and not replace:
        raise AccountlensError("There is a file of this name already.", str(file), "Name another, or say --replace.")
    partial = file.with_name(f".{file.name}.partial")
    with telling("write the back-up", file):
        try:
            with pinned(Store(folder / STORE), wait_seconds, on_wait) as still:
                manifest = _write(folder, still, partial, with_secrets, progress)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    return Made(file, file.stat().st_size, manifest)


def _named(folder: Path, to: Path | None) -> Path:
    if to is not None and not to.is_dir():
        return to.absolute()
    return (to or Path()).absolute() / f"{folder.name}-{utc_now():%Y-%m-%dT%H-%M-%S}.zip"


def _write(folder: Path, still: Pinned, to: Path, with_secrets: bool, progress: Progress | None) -> Manifest:
    sources = dict(_places(folder, still, with_secrets))
    entries = dict[str, Entry]()
    descriptor = os.open(to, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds persons, and hashes of passwords
    with os.fdopen(descriptor, "w+b") as raw, ZipFile(raw, "w") as archive:
        for number, (place, path) in enumerate(sources.items()):
            if progress:
                progress(f"copying {place}", number, len(sources))
            if (entry := _add(archive, place, path)) is not None:
                entries[place] = entry
        manifest = _manifest(folder, still, with_secrets, entries)
        archive.writestr(NAME, to_text(manifest), ZIP_DEFLATED)
        archive.comment = MARK
        archive.close()
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _places(folder: Path, still: Pinned, with_secrets: bool) -> Iterator[tuple[str, Path]]:
    for path in own_files(folder, with_secrets):
        yield path.relative_to(folder).as_posix(), path
    for path in sorted(still.folder.rglob("*")):
        if path.is_file():
            yield f"{STORE}/{path.relative_to(still.folder).as_posix()}", path


def _add(archive: ZipFile, place: str, path: Path) -> Entry | None:
    """One file, read once; None where somebody deleted it a moment ago, which only befalls files outside the store."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        if place.startswith(f"{STORE}/"):
            raise
        return None
    with source:
        about = ZipInfo.from_file(path, WORKSPACE + place, strict_timestamps=False)
        about.compress_type = ZIP_STORED if path.suffix.lower() in PRESSED else ZIP_DEFLATED
        modified_ns, digest, size = os.fstat(source.fileno()).st_mtime_ns, hashlib.sha256(), 0
        with archive.open(about, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    return Entry(size, digest.hexdigest(), modified_ns)


def _manifest(folder: Path, still: Pinned, with_secrets: bool, entries: dict[str, Entry]) -> Manifest:
    return Manifest(
        format=FORMAT,
        accountlens=this_version(),
        state=still.state,
        made_at=f"{utc_now():%Y-%m-%dT%H:%M:%S}",
        name=folder.name,
        snapshot=still.snapshots[0].id if still.snapshots else None,
        secrets=with_secrets,
        outside=outside(folder),
        files=entries,
    )
