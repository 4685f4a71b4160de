"""What belongs to a workspace beside its store: which files are copied, and what it needs from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from accountlens.backups.manifest import MARK
from accountlens.catalog.settings import FILE_NAME
from accountlens.catalog.yamlfile import read_yaml_file
from accountlens.sources.secrets import ENV_FILE, NAMED, YAML_FILE, Secrets

SECRET_FILES = (ENV_FILE, YAML_FILE)
STORE = "store"
PUSHED = "pushed"  # in the store: what was pushed last
RESTORED = ".restored"  # beside it: the target may have been written since


def own_files(folder: Path, with_secrets: bool) -> Iterator[Path]:
    """Every file of the workspace but its store, secrets, hidden ones (version control) and earlier back-ups."""
    for place, folders, files in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here != folder or name != STORE))
        for path in (here / name for name in sorted(files)):
            is_secret = here == folder and path.name in SECRET_FILES
            if (
                not path.name.startswith(".")
                and (with_secrets or not is_secret)
                and path.is_file()
                and not path.is_symlink()
                and not is_backup(path)
            ):
                yield path


def is_backup(path: Path) -> bool:
    """Whether a file is one of ours, by its last bytes."""
    with path.open("rb") as file:
        file.seek(-min(len(MARK), path.stat().st_size), os.SEEK_END)
        return file.read() == MARK


def outside(folder: Path) -> tuple[str, ...]:
    """What the workspace reads that lies elsewhere: paths of sources, and links."""
    home = folder.resolve()
    sources = _settings(folder).get("sources")
    paths = {
        name: source["path"]
        for name, source in (sources.items() if isinstance(sources, dict) else ())
        if isinstance(source, dict) and isinstance(source.get("path"), str) and "://" not in source["path"]
    }
    found = [
        f"source '{name}': {path}"
        for name, path in paths.items()
        if not (home / Path(path).expanduser()).resolve().is_relative_to(home)
    ]
    links = (path for path in sorted(folder.rglob("*")) if path.is_symlink() and STORE not in path.parts)
    return (*found, *(f"link {path.relative_to(folder)}: {path.readlink()}" for path in links))


def missing_secrets(folder: Path) -> tuple[str, ...]:
    """Secrets that the settings name and nobody tells, neither the environment nor a file."""
    secrets = Secrets(folder)
    named = dict.fromkeys(name for text in _texts(_settings(folder)) for name in NAMED.findall(text))
    return tuple(name for name in named if not secrets.knows(name))


def _settings(folder: Path) -> dict[str, Any]:
    """As they are written, for a workspace with a fault in them is backed up too."""
    data = read_yaml_file(folder / FILE_NAME, FILE_NAME)[0].data
    return data if isinstance(data, dict) else {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
