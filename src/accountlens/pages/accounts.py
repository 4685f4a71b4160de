"""Accounts as a table: any attribute and any KPI as a column, filtered and in order, a page at a time.

All columns are arrays over every account somebody sees; an order found once serves every page of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, cast

import duckdb
import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array
from accountlens.errors import AccountlensError, suggest
from accountlens.language.asked import parse_asked
from accountlens.once import Once
from accountlens.open_snapshot import OpenSnapshot
from accountlens.pages.account_columns import (
    STAGE,
    STAGES,
    Attribute,
    Figures,
    Places,
    attribute,
    courses,
    figures,
    plain_numbers,
)
from accountlens.pages.account_filters import SIGNS, Bound, accounts_where, parse_bound
from accountlens.pages.account_groups import Flags, by_list, by_stage, counted, in_any
from accountlens.warehouses.expand import literal
from accountlens.workspace.asking import Asking

KEPT = 64  # columns, and orders: each of a hundred thousand accounts takes a megabyte or two
SEARCHED = ("account_id", "name", "domain")
CHANGE = ".change"
MOST_SPARKS = 1_000  # accounts of which courses are drawn at once
SCALE = {"low": 5, "middle": 50, "high": 95}  # percentiles, for colours by how good a figure is


@dataclass(frozen=True)
class Wanted:
    """What the table is to show. A column is an attribute of accounts, or a KPI as it is asked: `nps(level=0.9)`.

    `sort`: a column, or the `….change` of a KPI; with a minus the highest first. Unknown comes last either way.
    `having`: bounds of figures, such as `mrr >= 1000`. `spark`: how many months up to the last whole one.
    `stages`, `lists`: accounts that stand now in one of these stages, and on one of these lists; empty: wherever.
    """

    columns: tuple[str, ...]
    sort: str = "name"
    search: str = ""
    where: str | None = None
    having: tuple[str, ...] = ()
    period: str = "last-month"
    compare: str | None = None
    spark: int = 0
    stages: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class AccountsTable:
    """The accounts of one snapshot that somebody sees. Safe to use from several threads."""

    def __init__(self, workspace: Asking, opened: OpenSnapshot) -> None:
        self.workspace, self.opened, self.session = workspace, opened, opened.session
        self.catalog = opened.catalog
        self._kept: Once[Any, Any] = Once(KEPT)
        self._figures: OrderedDict[tuple[str, str, str | None], Figures] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """What an account can tell of itself: name and SQL type."""
        own = {name: kind for name, kind in self.catalog.facts["accounts"].columns.items() if name[-6:] != "_given"}
        return {**own, STAGE: "VARCHAR"} if STAGES in self.catalog.facts and STAGE not in own else own

    @cached_property
    def ids(self) -> npt.NDArray[Any]:
        return self.attribute("account_id").values

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {one: place for place, one in enumerate(self.ids.tolist())}

    @cached_property
    def _searched(self) -> list[str]:
        columns = [self.attribute(name).values.tolist() for name in SEARCHED if name in self.attributes]
        return ["\n".join(one.casefold() for one in row if one) for row in zip(*columns, strict=True)]

    def attribute(self, name: str) -> Attribute:
        entity = self.catalog.facts["accounts"].references.get(name)
        return cast(
            Attribute,
            self._kept.get(("attribute", name), lambda: attribute(name, self.attributes[name], entity, self.session)),
        )

    def figures(self, kpis: Sequence[str], wanted: Wanted) -> list[Figures]:
        """Columns of KPIs; those not known yet are asked together."""
        keys = [(kpi, wanted.period, wanted.compare) for kpi in kpis]
        with self._lock:
            found = {key: self._figures[key] for key in keys if key in self._figures}
        if lacking := tuple(dict.fromkeys(key for key in keys if key not in found)):
            found |= self._kept.get(("figures", lacking), lambda: self._ask([key[0] for key in lacking], wanted))
            with self._lock:
                self._figures |= found
                while len(self._figures) > KEPT:
                    self._figures.popitem(last=False)
        return [found[key] for key in keys]

    def _ask(self, kpis: Sequence[str], wanted: Wanted) -> dict[tuple[str, str, str | None], Figures]:
        compare = () if wanted.compare is None else (wanted.compare,)
        answer = self.workspace.ask(*kpis, by="account_id", period=wanted.period, compare=compare, totals="none")
        return {
            (kpi, wanted.period, wanted.compare): figures(answer, index, self.place) for index, kpi in enumerate(kpis)
        }

    def order(self, wanted: Wanted) -> Places:
        """The places of the accounts that are wanted, in their order."""
        key = replace(wanted, columns=(), spark=0)
        return cast(Places, self._kept.get(key, lambda: self._ordered(wanted)))

    def _ordered(self, wanted: Wanted) -> Places:
        keep = np.ones(len(self.ids), np.bool_)
        if word := wanted.search.strip().casefold():
            keep &= np.fromiter((word in text for text in self._searched), np.bool_, len(keep))
        if wanted.where:
            chosen = self._chosen(wanted.where)
            keep &= np.fromiter((one in chosen for one in self.ids.tolist()), np.bool_, len(keep))
        for bound in map(parse_bound, wanted.having):
            keep &= self._bounded(bound, wanted)
        for kind, names in (("stage", wanted.stages), ("list", wanted.lists)):
            if names:
                keep &= in_any(self.groups(kind), names, kind, self.session, len(keep))
        column = wanted.sort.removeprefix("-")
        values = self._numbers(column, wanted)
        places = np.flatnonzero(keep)
        signed = -values[places] if wanted.sort.startswith("-") else values[places]
        return places[np.argsort(signed, kind="stable")]

    def groups(self, kind: str) -> Mapping[str, Flags]:
        """Which accounts stand where now, by `stage` of the journey or by `list`."""
        return cast(Mapping[str, Flags], self._kept.get(("groups", kind), lambda: self._grouped(kind)))

    def _grouped(self, kind: str) -> Mapping[str, Flags]:
        if kind == "list":
            return by_list(self.session)
        return by_stage(self.attribute(STAGE), self.session) if STAGES in self.catalog.facts else {}

    def counts(self, wanted: Wanted) -> dict[str, list[dict[str, Any]]]:
        """How many accounts each stage and each list would show: all else that is wanted counts, but not itself."""
        free = {"stage": replace(wanted, stages=()), "list": replace(wanted, lists=())}
        return {f"{kind}s": counted(self.groups(kind), self.order(rest)) for kind, rest in free.items()}

    def _chosen(self, where: str) -> frozenset[str]:
        try:
            return accounts_where(where, self.session)
        except duckdb.ConversionException as error:
            told = str(error).splitlines()[0]
            raise AccountlensError(f"The condition compares values of different kinds: {told}") from error

    def _bounded(self, bound: Bound, wanted: Wanted) -> npt.NDArray[np.bool_]:
        values = self._numbers(bound.column, wanted)
        return cast(npt.NDArray[np.bool_], SIGNS[bound.sign](values, bound.number) & ~np.isnan(values))

    def _numbers(self, column: str, wanted: Wanted) -> Array:
        """What a column is sorted and bounded by."""
        name = column.removesuffix(CHANGE)
        self.check(name)
        if name in self.attributes:
            return self.attribute(name).ranked
        (found,) = self.figures([name], wanted)
        if column == name:
            return found.value
        if found.change is None:
            raise AccountlensError(f"Nothing is known that a change of {name} could be told from.", mend="Compare too.")
        return found.change

    def check(self, column: str) -> None:
        """`AccountlensError` where a column is neither an attribute nor a KPI."""
        if column in self.attributes:
            return
        name = parse_asked(column).name
        if name not in self.catalog.kpis:
            near = suggest(name, [*self.attributes, *self.catalog.kpis])
            raise AccountlensError(f"'{column}' is neither an attribute of accounts nor a KPI.", mend=near or None)

    def page(self, wanted: Wanted, offset: int, limit: int) -> dict[str, Any]:
        """Some accounts of the order, their columns as lists of one length."""
        for column in wanted.columns:
            self.check(column)
        order = self.order(wanted)
        places = order[offset : offset + limit]
        told: dict[str, Any] = {"total": len(order), "offset": offset}
        told |= {name: self._cells(self.attribute(name), places) for name in ("account_id", "name")}
        kpis = [column for column in wanted.columns if column not in self.attributes]
        by_kpi = dict(zip(kpis, self.figures(kpis, wanted), strict=True)) if kpis else {}
        sparks = self._sparks(kpis, places, wanted.spark) if kpis and wanted.spark else {}
        told["columns"] = [
            self._figures_told(column, by_kpi[column], places, wanted) | sparks.get(column, {})
            if column in by_kpi
            else self._attribute_told(self.attribute(column), places)
            for column in wanted.columns
        ]
        return told

    def rows(self, wanted: Wanted, most: int | None = None) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """All that is wanted, or the first of it, as a table: titles, and a row for each account."""
        whole = self.page(replace(wanted, spark=0), 0, most or len(self.ids))
        titles: list[str] = ["account_id", "name"]
        cells: list[list[Any]] = [whole["account_id"], whole["name"]]
        for column in whole["columns"]:
            titles.append(column["column"])
            cells.append(column["values"])
            if names := column.get("names"):
                titles.append(f"{column['column'].removesuffix('_id')}_name")
                cells.append([names.get(one) for one in column["values"]])
            if "change" in column:
                titles += [f"{column['column']} {wanted.compare}", f"{column['column']} change"]
                cells += [column["then"], column["change"]]
        return titles, zip(*cells, strict=True)

    def _attribute_told(self, one: Attribute, places: Places) -> dict[str, Any]:
        cells = self._cells(one, places)
        told: dict[str, Any] = {"column": one.name, "kind": "attribute", "type": one.kind, "values": cells}
        if one.names:
            told["names"] = {key: one.names[key] for key in dict.fromkeys(cells) if key in one.names}
        return told

    def _cells(self, one: Attribute, places: Places) -> list[Any]:
        cells = one.values[places]
        return cells.tolist() if cells.dtype == object else plain_numbers(cells)

    def _figures_told(self, column: str, found: Figures, places: Places, wanted: Wanted) -> dict[str, Any]:
        definition = self.catalog.definition(parse_asked(column).name)
        told: dict[str, Any] = {"column": column, "kind": "kpi", "kpi": definition.name, "label": definition.label}
        told |= {"unit": found.unit, "good": definition.good, "values": plain_numbers(found.value[places])}
        told["scale"] = self._kept.get(
            ("scale", column, replace(wanted, columns=())), lambda: _scale(found, wanted, self)
        )
        if found.then is not None and found.change is not None:
            told |= {"then": plain_numbers(found.then[places]), "change": plain_numbers(found.change[places])}
        flags = {name: raised[places].tolist() for name, raised in found.raised.items() if raised[places].any()}
        return told | {"flags": flags}

    def _sparks(self, kpis: Sequence[str], places: Places, months: int) -> dict[str, dict[str, Any]]:
        """The course of each KPI over the last whole months, of the accounts of one page."""
        if len(places) > MOST_SPARKS:
            raise AccountlensError(f"Courses are drawn of {MOST_SPARKS:,} accounts at most.", mend="Ask for fewer.")
        if not len(places):
            return {kpi: {"spark": {"periods": [], "values": []}} for kpi in kpis}
        ids = sorted(self.ids[places].tolist())
        where = f"account_id in ({', '.join(map(literal, ids))})"
        period = f"last-{months}-months"
        answer = self.workspace.ask(*kpis, by="account_id", period=period, grain="month", where=where, totals="none")
        labels = [piece.period.label for piece in answer.plan.slices[: answer.plan.asked]]
        lines = [courses(answer, index, self.place)[places] for index in range(len(kpis))]
        return {
            kpi: {"spark": {"periods": labels, "values": list(map(plain_numbers, course))}}
            for kpi, course in zip(kpis, lines, strict=True)
        }


def _scale(found: Figures, wanted: Wanted, table: AccountsTable) -> dict[str, float] | None:
    """Where the figures of all wanted accounts lie."""
    known = found.value[table.order(wanted)]
    known = known[~np.isnan(known)]
    return {name: float(np.percentile(known, share)) for name, share in SCALE.items()} if len(known) else None


def accounts_table(workspace: Asking, opened: OpenSnapshot) -> AccountsTable:
    """The table of a workspace's accounts. `AccountlensError` where there are none."""
    if "accounts" not in opened.available:
        raise AccountlensError("There are no accounts here.", mend="Map a table to 'accounts', then refresh.")
    return AccountsTable(workspace, opened)
