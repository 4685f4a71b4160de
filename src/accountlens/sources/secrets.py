"""Secrets by name: from the environment, else from a file that stays out of version control.

Settings name them (`${CRM_PASSWORD}`); their values are filled in where a source is opened, and nowhere else. Whatever
a driver says goes through `hide` before anybody reads it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from accountlens.catalog.yamlfile import read_yaml_file
from accountlens.errors import AccountlensError, suggest

ENV_FILE, YAML_FILE = "secrets.env", "secrets.yaml"
NAMED = re.compile(r"\$\{([^}]*)\}")
LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
HIDDEN = "***"
TELLING = re.compile(r"pass|secret|token|key|credential", re.IGNORECASE)  # names of keys whose values nobody may see


class Secrets:
    """What a workspace folder's settings may name. The environment wins over the files."""

    def __init__(self, folder: Path, given: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._given = dict(given or {})
        self._known: dict[str, str] | None = None
        self._filled: set[str] = set()

    def fill(self, text: str, where: str) -> str:
        """The text with its `${NAME}`s; `where` says whose it is."""
        filled = NAMED.sub(lambda found: self._value(found[1], where), text)
        if filled != text:
            self._filled.add(filled)
        return filled

    def learn(self, value: str) -> None:
        """A secret that was got on the way, such as an access token."""
        self._filled.add(value)

    def hide(self, text: str) -> str:
        """The text without any secret that was filled in, however it is escaped."""
        for value in sorted(set(self._secrets()), key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def knows(self, name: str) -> bool:
        """Whether it is told anywhere."""
        return name in self._given or name in os.environ or name in self._files()

    def _value(self, name: str, where: str) -> str:
        value = self._given.get(name) or os.environ.get(name)
        if value is None:
            value = self._files().get(name)
        if value is None:
            near = suggest(name, self._files())
            mend = f"Set it in the environment, or write {name}=... into {ENV_FILE} of the workspace."
            raise AccountlensError(f"There is no secret '{name}'.", where, f"{near} {mend}".strip())
        self._filled.add(value)
        return value

    def _files(self) -> dict[str, str]:
        if self._known is None:
            self._known = {**_read_yaml(self.folder / YAML_FILE), **_read_env(self.folder / ENV_FILE)}
        return self._known

    def _secrets(self) -> Iterator[str]:
        for value in self._filled:
            for part in (value, *_inside(value)):
                yield from (form for form in (part, unquote(part), quote(part, safe="")) if form)


def _inside(url: str) -> Iterator[str]:
    """The secret parts of a URL: its password, and what its query calls by a telling name."""
    try:
        parts = urlsplit(url)
        if parts.password:
            yield parts.password
        yield from (value for key, value in parse_qsl(parts.query) if TELLING.search(key) and value)
    except ValueError:
        return


def bare_secret(url: str) -> bool:
    """Whether a URL as it is written holds a secret itself, instead of naming one."""
    return any(not NAMED.search(part) for part in _inside(url))


def _read_env(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = LINE.fullmatch(text)
        if match is None:
            raise AccountlensError("This line is not NAME=value.", f"{path.name}:{number}")
        value = match[2].strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[match[1]] = value[1:-1] if quoted else value
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise AccountlensError(
            "The secrets can't be read: is this UTF-8 text, and yours to read?", path.name
        ) from error


def _read_yaml(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    document, problems = read_yaml_file(path, path.name)
    if problems:
        raise AccountlensError("This is not valid YAML.", f"{path.name}:{problems[0].line}", "Write NAME: value.")
    data = document.data or {}
    if not isinstance(data, dict) or any(isinstance(value, dict | list) for value in data.values()):
        raise AccountlensError("Secrets are written as NAME: value, one a line.", path.name)
    return {str(name): str(value) for name, value in data.items() if value is not None}
