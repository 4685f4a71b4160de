"""What an assistant may do: look KPIs up, ask and explain them, find accounts, read one. Nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from accountlens.catalog.catalog import family_order
from accountlens.pages.account import header
from accountlens.pages.accounts import Wanted, accounts_table
from accountlens.pages.deals import deals
from accountlens.pages.people_map import people_map
from accountlens.pages.timeline import timeline
from accountlens.pages.todo import todo
from accountlens.surfaces.mcp.caller import Caller
from accountlens.surfaces.web.limits import Limits
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.routes.catalog import defined, in_short
from accountlens.surfaces.web.routes.explain import explained

MOST_ROWS = 500  # of an answer: an assistant reads every one
LATELY = 12  # entries of an account's timeline
SHOWN = ("stage", "tier", "segment", "owner_id", "mrr", "health_score", "pipeline_value_open")

Kpis = Annotated[list[str], Field(min_length=1, description="Names, also with options: ['win_rate(basis=value)'].")]
By = Annotated[list[str], Field(max_length=4, description="Dimensions to split by: tier, owner_id, account_id ...")]
Period = Annotated[
    str | None, Field(description="2026-05, 2026-Q2, FY2026-Q2, 2026-01..2026-06, last-quarter, last-90-days ...")
]
Where = Annotated[str | None, Field(description="A filter over dimensions: tier = 'A' and region in ('EMEA').")]
Scope = Annotated[
    Literal["all", "target", "control", "non_target", "customers"], Field(description="Accounts by their lists.")
]
Account = Annotated[str, Field(description="Its id, name or domain.")]


@dataclass(frozen=True)
class Tools:
    """Each public method is a tool; its docstring is what the assistant reads of it."""

    caller: Caller

    def find_kpis(
        self,
        search: Annotated[str, Field(description="Words of the name, label or question; empty: all.")] = "",
        family: Annotated[str | None, Field(description="Only of this family.")] = None,
    ) -> dict[str, Any]:
        """List KPIs: name, label, the question each answers, unit, which way is good, whether its data is there."""
        with self.caller.place() as place:
            found = [one for one in family_order(place.catalog.kpis.values()) if family in (None, one.family)]
            words = search.lower().split()
            told = [
                in_short(one, place)
                for one in found
                if all(word in f"{one.name} {one.label} {one.asks}".lower() for word in words)
            ]
            return {"kpis": told, "families": sorted({one.family for one in place.catalog.kpis.values()})}

    def define_kpi(self, kpi: Annotated[str, Field(description="Its name; options may follow.")]) -> dict[str, Any]:
        """One KPI, whole: formula, measures in words, options, dimensions to split by, notes, sources, lineage."""
        with self.caller.place() as place:
            return defined(kpi, place)

    def ask(
        self,
        kpis: Kpis,
        by: By = [],  # noqa: B006 (shown to the assistant as the default)
        period: Period = None,
        grain: Literal["day", "week", "month", "quarter", "year", "total"] = "total",
        where: Where = None,
        compare: Annotated[list[str], Field(description="previous, year-ago, target, profile:NAME.")] = [],  # noqa: B006
        scope: Scope = "all",
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows at most; the largest first.")] = 100,
    ) -> dict[str, Any]:
        """Ask KPIs. A row per KPI, group and period: value, n, interval (lower, upper), parts, comparisons, flags.

        Null is unknown, not zero; a fraction of 0.25 is 25 %. A row flagged `total` is over all groups: never add up or
        average rows yourself, ask for the level you need. A change inside the interval may be chance.
        """
        with self.caller.place() as place:
            answer = place.workspace.ask(
                *kpis, by=by, period=period, grain=grain, where=where, compare=compare, scope=scope
            )
            Limits().check_figures(len(answer.plan.kpis), len(answer.frame.level), answer.plan.asked)
            rows = answer.rows()
            shown = rows if len(rows) <= limit else sorted(rows, key=_leading)[:limit]
            return {**answer.about(), "rows": shown, "left_out": len(rows) - len(shown)}

    def explain(
        self,
        kpi: Annotated[str, Field(description="One KPI, also with options.")],
        period: Period = None,
        where: Where = None,
        account: Annotated[str | None, Field(description="Only of this account: its id, name or domain.")] = None,
        compare: Annotated[
            Literal["previous", "year-ago"] | None, Field(description="Tells what changed since.")
        ] = None,
        scope: Scope = "all",
    ) -> dict[str, Any]:
        """Why a number is what it is: the formula with its numbers, what changed, which rows count and which do not."""
        with self.caller.place() as place:
            found = place.workspace.explain(
                kpi, account=account, compare=(compare,) if compare else (), period=period, where=where, scope=scope
            )
            return explained(found)

    def find_accounts(
        self,
        search: Annotated[str, Field(description="A part of the name, the domain or the id.")] = "",
        where: Annotated[str | None, Field(description="Attributes as they are now: tier = 'A'.")] = None,
        columns: Annotated[
            list[str] | None, Field(description="Attributes, and KPIs of the period; else what mostly matters.")
        ] = None,
        sort: Annotated[str, Field(description="A column; with a minus the highest first.")] = "name",
        period: Annotated[str, Field(description="Of the KPIs.")] = "last-month",
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50,
    ) -> dict[str, Any]:
        """Find accounts, as rows with attributes and KPIs; `total` says how many there are in all."""
        with self.caller.place() as place:
            table = place.kept.get("accounts", lambda: accounts_table(place.workspace, place.opened))
            wanted = Wanted(_present(columns, place), sort, search, where, period=period)
            titles, rows = table.rows(wanted, limit)
            found = [dict(zip(titles, row, strict=True)) for row in rows]
            return {"snapshot": place.snapshot.id, "total": len(table.order(wanted)), "accounts": found}

    def account_brief(self, account: Account) -> dict[str, Any]:
        """An account before a call: how it stands and why, next steps, people and gaps, open deals, what happened."""
        with self.caller.place() as place:
            head = header(place.workspace, account)
            id_ = str(head.account["account_id"])
            people, found = people_map(place.workspace, id_), deals(place.workspace, id_)
            return {
                "snapshot": place.snapshot.id,
                "head": head,
                "next_steps": todo(place.workspace, account=id_).items,
                "people": {"contacts": people.contacts, "roles": people.roles, "gaps": people.gaps},
                "open_deals": [deal for deal in found.deals if deal.status == "open"],
                "lately": timeline(place.workspace, id_, limit=LATELY).entries,
            }


def _leading(row: Any) -> tuple[bool, bool, float]:
    """Totals, then the largest, those that are unknown last."""
    value = row["value"]
    return "total" not in row["flags"], value is None, -abs(value or 0.0)


def _present(columns: Sequence[str] | None, place: Place) -> tuple[str, ...]:
    """The columns wanted; where none are said, of those that mostly matter the ones there are."""
    if columns:
        return tuple(dict.fromkeys(columns))
    there = {*place.catalog.facts["accounts"].columns, *place.catalog.kpis, "stage"}
    return tuple(name for name in SHOWN if name in there)
