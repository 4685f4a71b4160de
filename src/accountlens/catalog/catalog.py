"""The catalog: every entity, fact and KPI a workspace knows, checked as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accountlens.catalog.definition import DefinitionSet, KpiDefinition
from accountlens.catalog.taking import with_taken
from accountlens.errors import AccountlensError, Problem, suggest
from accountlens.language.asked import Asked
from accountlens.language.kpi import Kpi
from accountlens.language.tables import Entity, Fact
from accountlens.warehouses.expand import bind, expand


@dataclass(frozen=True)
class Catalog:
    """`facts` are in building order and hold the entities too; `references` says which entity a column names."""

    entities: Mapping[str, Entity]
    facts: Mapping[str, Fact]
    kpis: Mapping[str, KpiDefinition]
    references: Mapping[str, str]
    kpi_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    profiles: Mapping[str, DefinitionSet] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    key: str = field(default="", compare=False)  # of all it was made of, where it is kept between runs

    def definition(self, name: str) -> KpiDefinition:
        if name not in self.kpis:
            hint = suggest(name, self.kpis)
            raise AccountlensError(f"No KPI named '{name}'.", mend=f"{hint} (accountlens kpis lists all)".strip())
        return self.kpis[name]

    def kpi(self, asked: Asked, profile: str | None = None, within: tuple[str, ...] = ()) -> Kpi:
        """The KPI with the workspace's defaults, then the profile's, then the asked options.

        `within` are the KPIs whose formulas take it, one the other.
        """
        definition = self.definition(asked.name)
        chosen = self.profile(profile)
        if stands_in := chosen.kpis.get(asked.name, {}).get("kpi"):
            definition = self.definition(str(stands_in))
        house = self.defaults(definition, profile)
        options = definition.settle(house, asked.options)
        beyond = {name: options[name] for name in asked.options if options[name] != house.get(name)}
        given = {name: value for name, value in chosen.parameters.items() if name not in asked.options}
        kpi = definition.resolve(options | given, beyond, self.kpis)
        return replace(self.composed(kpi, profile, within), name=asked.name)

    def composed(self, kpi: Kpi, profile: str | None = None, within: tuple[str, ...] = ()) -> Kpi:
        """The KPI with what its formulas take from others here; `AccountlensError` where they go in a circle."""
        path = (*within, kpi.name)

        def ask(name: str) -> Kpi:
            if name in path:
                raise AccountlensError(f"KPIs take each other in a circle: {' → '.join([*path, name])}.")
            taken = Asked(name, self.kpis[kpi.name].takes.get(name, {}) if kpi.name in self.kpis else {})
            return self.kpi(taken, profile, path)

        return with_taken(kpi, self.kpis, ask, lambda fact: self.parameters(fact) if fact in self.facts else {})

    def profile(self, name: str | None) -> DefinitionSet:
        """The profile of that name; the default one changes nothing."""
        if name in (None, "default"):
            return DefinitionSet()
        if name not in self.profiles:
            raise AccountlensError(
                f"No profile named '{name}' ({', '.join(sorted(self.profiles))}).",
                mend=suggest(str(name), self.profiles),
            )
        return self.profiles[str(name)]

    def defaults(self, definition: KpiDefinition, profile: str | None = None) -> dict[str, Any]:
        """The options in force when nothing is asked: `kpi_options` for all KPIs, for this one, then the profile."""
        everywhere = self.kpi_options.get("all", {})
        shared = {name: value for name, value in everywhere.items() if name in definition.options}
        own = {
            name: value for name, value in self.profile(profile).kpis.get(definition.name, {}).items() if name != "kpi"
        }
        return definition.settle(shared, self.kpi_options.get(definition.name, {}), own)

    def closure(self, fact: str) -> tuple[str, ...]:
        """The derived facts a fact is built from, itself last."""
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            for other in self.facts[name].reads:
                if other in self.facts and other not in order:
                    visit(other)
            order[name] = None

        visit(fact)
        return tuple(name for name in order if self.facts[name].sql)

    def parameters(self, fact: str) -> dict[str, Any]:
        """Every parameter that bears on a fact, its own and those of the facts beneath it, with defaults."""
        merged: dict[str, Any] = {}
        for name in self.closure(fact):
            merged |= self.facts[name].parameters
        return {name: value for name, value in merged.items() if name not in self.facts[fact].fixed}

    def sql_of(self, fact: str, beyond: Mapping[str, Any], as_of: datetime, zone: str) -> str:
        """A derived fact's SELECT for DuckDB, with its parameters put in."""
        return expand(self.authored(fact, beyond, as_of), zone=zone)

    def authored(self, fact: str, beyond: Mapping[str, Any], as_of: datetime) -> str:
        """The same with its macros, as every engine's is written from."""
        return bind(self.facts[fact].sql, {**self.parameters(fact), **beyond, "as_of": as_of})

    def digest(self, fact: str) -> str:
        """Changes when the fact, one beneath it, or a default of theirs changes: then what is stored is stale."""
        beneath = [self.facts[name] for name in self.closure(fact)]
        parts: list[Any] = [(item.name, item.sql, dict(item.parameters)) for item in beneath]
        parts += [(item.model, dict(item.columns)) for item in beneath if item.model]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]

    def written(self) -> dict[str, str]:
        """KPI → a digest of its definition: what tells that one was changed since."""
        texts = {name: json.dumps(kpi.document.data, default=str) for name, kpi in sorted(self.kpis.items())}
        return {name: hashlib.sha256(text.encode()).hexdigest()[:8] for name, text in texts.items()}

    def primary(self, fact: str) -> tuple[str, ...]:
        """The entities without which a fact is unknown rather than empty."""
        own = self.facts[fact]
        return own.primary if own.sql else (fact,)

    def needs(self, kpi: Kpi) -> tuple[str, ...]:
        """The entities a KPI cannot do without."""
        found = [entity for measure in kpi.measures.values() for entity in self.primary(measure.fact)]
        return tuple(dict.fromkeys(found))


def family_order(definitions: Iterable[KpiDefinition]) -> list[KpiDefinition]:
    """By family in the order of an account's life, then by name."""
    life = ["engagement", "qualification", "pipeline", "economics", "recurring", "retention", "voice", "health",
            "team", "influence"]  # fmt: skip
    rank = {name: index for index, name in enumerate(life)}
    return sorted(definitions, key=lambda item: (rank.get(item.family, len(life)), item.family, item.name))
