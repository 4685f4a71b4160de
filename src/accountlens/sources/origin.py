"""What `init --from` names (a folder, a file, a URL) as a source that settings can hold, its secrets taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.naming import table_name
from accountlens.sources.registry import find_kind, own_kinds
from accountlens.sources.secrets import ENV_FILE, NAMED, TELLING

TAKEN = ("information_schema", "memory", "pg_catalog", "system", "table", "temp")  # by DuckDB itself
GITIGNORE = ("store/", "secrets.env", "secrets.yaml")


@dataclass(frozen=True)
class Origin:
    """A source to be: `keys` are those of its settings, `secrets` what they name."""

    shown: str  # as people may see it
    name: str
    keys: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)
    preset: str | None = None  # the one that knows its tables, whoever owns it

    def settings(self, workspace: Path) -> dict[str, Any]:
        """The keys as the workspace writes them: paths from its folder."""
        path = self.keys.get("path")
        near = {"path": Path(relpath(Path(path).resolve(), workspace.resolve())).as_posix()} if path else {}
        return {**self.keys, **near}


def find_origin(text: str, schema: str | None = None) -> Origin:
    """A URL or a database file by the kind that knows it, else files."""
    for name in own_kinds():
        kind = find_kind(name)
        recognise = getattr(kind, "recognise", None)
        keys = recognise(text) if recognise else None
        preset = getattr(kind, "PRESET", None)
        if keys is not None and preset and not Path(text).exists():
            return Origin(text, name, keys, preset=preset)
        if keys is not None and not preset:
            more = {"schema": schema} if schema else {}
            return _named({**keys, **more})
    if "://" in text:
        kinds = "postgresql://, mysql+pymysql://, snowflake://, bigquery://, sqlite:///, duckdb:///, https://, "
        kinds += ", ".join(_systems())
        raise AccountlensError("Nothing here can read such a URL.", "--from", f"There are: {kinds} ...")
    if schema:
        raise AccountlensError("Only a database has a schema.", "--schema")
    if not Path(text).expanduser().exists() and (near := suggest(text.lower(), _systems())):
        raise AccountlensError(f"There is no file, folder or system called '{text}'.", "--from", near)
    return files_origin(Path(text))


def _systems() -> list[str]:
    """Those that are read by their APIs, as `--from` names them."""
    return [name for name in own_kinds() if hasattr(find_kind(name), "PRESET")]


def files_origin(path: Path) -> Origin:
    return Origin(str(path), "files", {"type": "files", "path": str(path.resolve())})


def _named(keys: Mapping[str, Any]) -> Origin:
    """The source called after its schema, database or file."""
    if "path" in keys:
        path = Path(keys["path"]).expanduser()
        name = _plain(keys.get("schema") or path.stem)
        return Origin(keys["path"], name, {**keys, "path": str(path.resolve())})
    url = keys.get("url") or next(iter(keys.get("urls", {}).values()))
    place = "" if NAMED.fullmatch(url) else urlsplit(url).path.rpartition("/")[2]
    name = _plain(keys.get("schema") or place)
    if "url" not in keys:
        return Origin(url, "web", keys)
    bare, secrets = _without_secrets(url, name.upper())
    return Origin(bare, name, {**keys, "url": bare}, secrets)


def _plain(text: str) -> str:
    """The name of a source: lower-case letters, digits and _, and none that means something else."""
    name = table_name(text)
    return name if name.isascii() and name not in TAKEN else "database"


def _without_secrets(url: str, name: str) -> tuple[str, dict[str, str]]:
    """The URL with names in place of its secrets, and these by name, escaped as they stood there."""
    secrets: dict[str, str] = {}
    parts = urlsplit(url)
    if parts.password and not NAMED.search(parts.password):
        secrets[f"{name}_PASSWORD"] = parts.password
        user, _, host = parts.netloc.rpartition("@")
        parts = parts._replace(netloc=f"{user.partition(':')[0]}:${{{name}_PASSWORD}}@{host}")
    query = []
    for item in filter(None, parts.query.split("&")):
        key, _, value = item.partition("=")
        if TELLING.search(key) and value and not NAMED.search(value):
            secrets[f"{name}_{key.upper()}"] = value
            item = f"{key}=${{{name}_{key.upper()}}}"
        query.append(item)
    return parts._replace(query="&".join(query)).geturl(), secrets


def keep_secrets(secrets: Mapping[str, str], workspace: Path) -> Path | None:
    """Write them into the file of secrets, readable by its owner alone; what stands there stays."""
    if not secrets:
        return None
    path = workspace / ENV_FILE
    workspace.mkdir(parents=True, exist_ok=True)
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    path.touch(mode=0o600)
    new = [f"{name}={value}" for name, value in secrets.items() if f"{name}=" not in there]
    path.write_text(there + "".join(f"{line}\n" for line in new), encoding="utf-8")
    return path


def keep_out_of_git(workspace: Path) -> Path | None:
    """A `.gitignore` that leaves out the store and the secrets; lines that are missing in one are added."""
    path = workspace / ".gitignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    missing = [line for line in GITIGNORE if line not in lines]
    if not missing:
        return None
    workspace.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, *missing]) + "\n", encoding="utf-8")
    return path
