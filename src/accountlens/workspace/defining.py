"""KPIs composed in the application: tried, kept as files of the workspace, changed and removed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError, ProblemsError, suggest
from accountlens.workspace.place import Place

if TYPE_CHECKING:  # imported where they are used: a question must not wait for them
    from accountlens.catalog.benchmarks import Benchmark
    from accountlens.catalog.definition import KpiDefinition
    from accountlens.catalog.drafts import Draft, Fault, Tried

_one_at_a_time = Lock()


class FaultyDraftError(AccountlensError):
    """A draft that cannot be kept: all of its faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(" ".join(one.what for one in faults), mend=faults[0].mend or None)


class ChangedMeanwhileError(AccountlensError):
    """Somebody else changed it since it was read."""


class StaysError(AccountlensError):
    """A KPI that cannot be changed or removed: it was not composed, or something is made of it."""


class Defining(Place):
    """Nothing is written that the catalog could not be read with."""

    def try_kpi(self, draft: Draft, replacing: str | None = None) -> Tried:
        """Check a draft within the catalog, without keeping it; `replacing` the KPI of that name."""
        from accountlens.catalog.drafts import try_draft

        return try_draft(draft, self.catalog, self.settings, replacing)

    def compose_kpi(self, draft: Draft) -> str:
        """Keep a new KPI as a file of the workspace; where. `FaultyDraftError` where it has faults."""
        return self._keep(draft, None, None)

    def change_kpi(self, draft: Draft, version: str | None = None, called: str | None = None) -> str:
        """Keep another definition of a composed KPI; `version` is the one it was read in, where that matters.

        `called`: its name so far, where it gets another; its benchmarks come along. `StaysError` where a definition
        takes it by that name.
        """
        return self._keep(draft, called or draft.name, version)

    def remove_kpi(self, name: str) -> None:
        """Remove a composed KPI; refused where another one takes it."""
        with _one_at_a_time:
            found = self._composed(name)
            self._not_taken(name)
            self._file(found).unlink(missing_ok=True)
            self._forget()

    def takers_of(self, name: str) -> tuple[list[str], bool]:
        """The KPIs that take one, and whether the settings, a profile or what is pushed name it."""
        from accountlens.catalog.drafts import taken_by

        users = [one.name for one in self.catalog.kpis.values() if one.name != name and name in taken_by(one)]
        told = [self.catalog.kpi_options, *(one.kpis for one in self.catalog.profiles.values())]
        pushed = {re.split(r"[.(]", one)[0] for push in self.settings.push.values() for one in push.columns.values()}
        return users, name in pushed or any(name in options for options in told)

    def kpi_version(self, name: str) -> str:
        """Changes with the definition."""
        return self.catalog.written()[name]

    def benchmarks(self) -> Mapping[str, Sequence[Benchmark]]:
        """Figures from elsewhere by KPI; `ProblemsError` where their file cannot be read."""
        from accountlens.catalog.benchmarks import read_benchmarks

        found, problems = read_benchmarks(self.folder, self.catalog.kpis)
        if errors := [one for one in problems if one.severity == "error"]:
            raise ProblemsError(errors)
        return found

    def set_benchmarks(self, kpi: str, benchmarks: Sequence[Benchmark]) -> None:
        """Keep these as all of a KPI's."""
        from accountlens.catalog.benchmarks import MOST, write_benchmarks

        definition = self.catalog.definition(kpi)
        if len(benchmarks) > MOST:
            raise AccountlensError(f"{len(benchmarks)} benchmarks are more than a chart shows ({MOST}).")
        accounts = self.catalog.facts["accounts"].columns
        for name in (name for one in benchmarks for name in one.only):
            if name not in accounts:
                raise AccountlensError(f"Accounts have no '{name}'.", mend=suggest(name, accounts))
        with _one_at_a_time:
            write_benchmarks(self.folder, definition.name, benchmarks)

    def _keep(self, draft: Draft, replacing: str | None, version: str | None) -> str:
        from accountlens.catalog.drafts import file_of, text_of

        with _one_at_a_time:
            self._forget()
            before = self._composed(replacing) if replacing else None
            if version and replacing and self.kpi_version(replacing) != version:
                what = f"Somebody changed '{replacing}' meanwhile."
                raise ChangedMeanwhileError(what, mend="Open it anew, then change it.")
            if before and before.name != draft.name:
                self._not_taken(before.name)
            if errors := self.try_kpi(draft, replacing).errors:
                raise FaultyDraftError(errors)
            shown = file_of(draft)
            _write(self.folder / shown, text_of(draft), self._file(before) if before else None)
            self._forget()
            if before and before.name != draft.name:
                self._hand_on_benchmarks(before.name, draft.name)
        return shown

    def _not_taken(self, name: str) -> None:
        users, in_settings = self.takers_of(name)
        if users or in_settings:
            whose = f"{', '.join(users)} take{'s' if len(users) == 1 else ''}" if users else "The settings name"
            raise StaysError(f"{whose} '{name}', so it stays.", mend="Change or remove these first.")

    def _hand_on_benchmarks(self, before: str, name: str) -> None:
        from accountlens.catalog.benchmarks import read_benchmarks, write_benchmarks

        if kept := read_benchmarks(self.folder, (before,))[0].get(before):
            write_benchmarks(self.folder, name, kept)
            write_benchmarks(self.folder, before, ())

    def _composed(self, name: str) -> KpiDefinition:
        found = self.catalog.definition(name)
        if not found.composed or found.origin == "built-in":
            where = "is built in" if found.origin == "built-in" else f"stands in {found.file}, written by hand"
            raise StaysError(f"'{name}' {where}.", mend="Compose another one that takes it.")
        return found

    def _file(self, definition: KpiDefinition) -> Path:
        return self.folder / definition.file

    def _forget(self) -> None:
        """Definitions are read anew with the next question of this workspace."""
        self.__dict__.pop("catalog", None)
        self._catalogs.clear()
        self._opened.clear()


def _write(path: Path, text: str, before: Path | None) -> None:
    """So that at every moment one whole file is there, the one before or the new one."""
    from accountlens.store.faults import telling

    with telling("keep the KPI", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        if before and before != path:
            before.replace(path)
        beside.replace(path)
