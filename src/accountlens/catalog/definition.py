"""A KPI as written, and sets of such: what the catalog holds, without what reads and checks the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accountlens.catalog.document import Document
from accountlens.catalog.kpi_options import check_option, choose
from accountlens.language.kpi import Kpi, Option

if TYPE_CHECKING:  # a question planned before needs no validation library
    from accountlens.catalog.kpi_files import KpiFile, MeasureFile


@dataclass(frozen=True)
class DefinitionSet:
    """A profile: a whole set of definitions, as a tool or a document has them."""

    about: str = ""
    kpis: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class KpiDefinition:
    """A KPI as written, with everything about it that does not depend on an option."""

    name: str
    family: str
    label: str
    asks: str
    unit: str
    good: str
    leads: str
    review: str
    formula_text: str
    options: Mapping[str, Option]
    sources: tuple[str, ...]
    notes: str
    related: tuple[str, ...]
    file: str
    origin: str  # built-in | workspace | workspace, overrides built-in
    document: Document = field(repr=False)
    composed: bool = False  # made in the application: a formula over what the catalog holds, and no SQL
    also: tuple[str, ...] = ()  # what else people call it
    takes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # the options of KPIs its formula names

    @property
    def measures(self) -> Mapping[str, MeasureFile]:
        return self.body(self.defaults()).measures

    def defaults(self) -> dict[str, Any]:
        return {name: option.default for name, option in self.options.items()}

    def settle(self, *layers: Mapping[str, Any]) -> dict[str, Any]:
        """The options in force: the defaults, then each layer over the ones before it."""
        values = self.defaults()
        for layer in layers:
            for name, value in layer.items():
                check_option(self.name, self.options, name, value)
                values[name] = value
        return values

    def body(self, options: Mapping[str, Any]) -> KpiFile:
        """What its file says with these options chosen."""
        from accountlens.catalog.kpi_files import KpiFile

        return KpiFile.model_validate(choose(self.document.data, options))

    def resolve(self, options: Mapping[str, Any], beyond: Mapping[str, Any], others: Mapping[str, Any]) -> Kpi:
        """The KPI with these options; `others` are the definitions it may take in whole."""
        from accountlens.catalog.kpi_files import kpi_of

        return kpi_of(self, options, beyond, others)
