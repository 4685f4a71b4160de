"""Which kinds of sources there are: each is a file of `sources/kinds`, or another package's module.

A kind is a module with `Settings`, the keys it takes, and `land`, which makes its tables readable in DuckDB, or
`fetch`, which brings what changed into a file of the store. A package offers one with an entry point of the group
`accountlens.sources`; built-in names are not taken over.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, cast

import duckdb

from accountlens.catalog.document import Document
from accountlens.catalog.settings import FILE_NAME, Settings, SourceSettings
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import AccountlensError, Problem, ProblemsError, suggest
from accountlens.sources import kinds
from accountlens.sources.kept import Fetched, bring_up_to_date, copied, keep_whole, kept_file, land_kept
from accountlens.sources.landed import Landed

GROUP = "accountlens.sources"
Reading = Callable[[str, int, int], None]  # what is read, how many are done, how many there are


class Kind(Protocol):
    """What the module of a kind holds: `land`, or `fetch` in its place, or both.

    `fetch(name, source, folder, file, progress) -> Fetched` brings changes into a kept file (`sources/kept.py`).
    """

    Settings: type[SourceSettings]

    def land(
        self,
        con: duckdb.DuckDBPyConnection,
        name: str,
        source: SourceSettings,
        folder: Path,
        progress: Reading | None = None,
    ) -> list[Landed]:
        """Make the relations `"<name>"."<table>"`, each with `_row` and `_file`; what each holds."""
        ...


def own_kinds() -> list[str]:
    """The kinds that come with accountlens."""
    return [module.name for module in pkgutil.iter_modules(kinds.__path__)]


def kind_names() -> list[str]:
    """Every kind that `type` may name."""
    own = own_kinds()
    return own + sorted({point.name for point in entry_points(group=GROUP)} - set(own))


def find_kind(name: str) -> Kind | None:
    """The module of a kind; built-in ones first."""
    if name in own_kinds():
        return cast(Kind, importlib.import_module(f"{kinds.__name__}.{name}"))
    for point in entry_points(group=GROUP, name=name):
        try:
            return cast(Kind, point.load())
        except (ImportError, AttributeError) as error:
            what = f"The kind of source '{name}', from {point.value}, can't be loaded: {error}."
            raise AccountlensError(
                what, FILE_NAME, "Install its package anew, or take it out of the sources."
            ) from None
    return None


def read_sources(folder: Path, sources: Mapping[str, SourceSettings]) -> dict[str, SourceSettings]:
    """Every source as its kind understands it; `ProblemsError` with all that is wrong, with lines."""
    path = folder / FILE_NAME
    lines = read_yaml_file(path, FILE_NAME)[0] if path.is_file() else Document(FILE_NAME, None)
    read: dict[str, SourceSettings] = {}
    problems: list[Problem] = []
    for name, given in sources.items():
        document = lines.below(("sources", name), given.model_dump(exclude_unset=True, by_alias=True))
        found, wrong = _read(given.type, document)
        problems += wrong
        if found is not None:
            read[name] = found
    if problems:
        raise ProblemsError(problems)
    return read


def source_problems(folder: Path, settings: Settings) -> list[Problem]:
    """What is wrong with the sources as they are written; nothing is opened."""
    try:
        read_sources(folder, settings.sources)
    except ProblemsError as error:
        return list(error.problems)
    except AccountlensError as error:
        return [Problem(error.where or FILE_NAME, 0, error.what, error.mend or "")]
    return []


def fetch_source(
    name: str,
    source: SourceSettings,
    folder: Path,
    kept_in: Path,
    progress: Reading | None = None,
    *,
    anew: bool = False,
) -> Fetched:
    """Bring what is kept of a source up to date; `anew` throws away what is known and fetches all."""
    kind = _kind_of(source)

    def fetch(file: Path) -> Fetched:
        if not hasattr(kind, "fetch"):
            return keep_whole(file, lambda con: kind.land(con, name, source, folder, progress))
        fetched: Fetched = kind.fetch(name, source, folder, file, progress)
        return fetched

    return bring_up_to_date(kept_in, name, source, fetch, anew=anew)


def land_source(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: SourceSettings,
    folder: Path,
    progress: Reading | None = None,
    kept_in: Path | None = None,
) -> list[Landed]:
    """Land one source that `read_sources` gave: from what is kept, where it keeps and there is a place for that."""
    kind = _kind_of(source)
    if kept_in and source.keeps:
        return land_kept(con, name, kept_file(kept_in, name))
    if hasattr(kind, "land"):
        return kind.land(con, name, source, folder, progress)
    with TemporaryDirectory(prefix="accountlens-") as scratch:
        fetch_source(name, source, folder, Path(scratch), progress)
        return copied(con, name, land_kept(con, name, kept_file(Path(scratch), name)))


def _kind_of(source: SourceSettings) -> Kind:
    kind = find_kind(source.type)
    assert kind is not None, source.type
    return kind


def _read(kind_name: str, document: Document) -> tuple[SourceSettings | None, list[Problem]]:
    kind = find_kind(kind_name)
    if kind is None:
        what = f"There is no kind of source '{kind_name}'."
        near = suggest(kind_name, kind_names()) or f"There are: {', '.join(kind_names())}."
        return None, [document.problem(("type",), what, near)]
    return validate(document, kind.Settings)
