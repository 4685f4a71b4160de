"""One account on one page: who it is, its figures, its deals, people, tickets and what happened last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accountlens.engine.answer import Answer
from accountlens.engine.changes import Change, change_of
from accountlens.engine.dimensions import find_dimension
from accountlens.engine.exports import Row
from accountlens.engine.outlook import OUTLOOKS, Outlook, outlooks
from accountlens.engine.planner import Ground
from accountlens.engine.run import Backdrop, ask
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, RowsElsewhereError, suggest
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.warehouses.expand import literal, quoted

# What an account manager looks at before a call, in this order; those without data are left out.
FIGURES = (
    "engagement_score", "health_score", "interaction_gap_days", "stakeholders_engaged", "account_penetration",
    "pipeline_value_open", "opportunities_created", "win_rate", "sales_revenue", "mrr", "nrr", "nps", "csat",
    "support_tickets", "ticket_backlog", "resolution_time", "seat_adoption",
)  # fmt: skip
FEW = 6
OTHERS = (  # beside those where the data tell only few of them, as of a company without contracts
    "revenue_growth_rate", "avg_deal_size", "sales_cycle_days", "clv_predictive", "clv_bgnbd", "clv_gamma_gamma",
)  # fmt: skip
CHANGES = ("engagement_score", "health_score")  # of which it is told what changed
ATTRIBUTES = ("account_id", "name", "domain", "tier", "segment", "industry", "region", "country", "owner_id",
              "parent_account_id", "employees", "fit_score", "created_at")  # fmt: skip
LISTED = 10


@dataclass(frozen=True)
class Section:
    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class AccountPage:
    """`figures` are answer rows of this quarter, each compared with the one before."""

    account: Mapping[str, Any]
    period: str
    figures: Sequence[Row]
    sections: Sequence[Section]
    currency: str
    levels: Sequence[float] = ()  # how often the intervals hold the truth
    changes: Mapping[str, Change] = field(default_factory=dict)  # KPI → what changed since the period before
    outlooks: Sequence[Outlook] = ()  # what it is likely to do soon, where a model could be fitted
    apart: Sequence[str] = ()  # KPIs that are not told, for what they are counted from lies in a warehouse


def _name(entity: str, key: str) -> str:
    """The readable name behind a key of the listed row."""
    return f"COALESCE((SELECT MAX(x.name) FROM {entity} x WHERE x.{key} = t.{key}), t.{key})"


@dataclass(frozen=True)
class Listing:
    """A list on the page: what it shows of which table, of which rows, in which order."""

    title: str
    table: str
    columns: Mapping[str, str]  # title → SQL over the row `t`
    where: str
    order: str
    recent: str = ""  # a table of the latest of these rows, which is read where the others lie in a warehouse


LISTINGS = (
    Listing(
        "Open opportunities",
        "opportunities",
        {"name": "t.name", "stage": "t.stage", "amount": "t.amount", "created_at": "t.created_at"},
        "t.status = 'open'",
        "t.amount DESC",
    ),
    Listing(
        "Subscriptions",
        "subscription_spans",
        {"product": _name("products", "product_id"), "mrr": "t.mrr", "seats": "t.seats", "since": "t.started_at"},
        "t.started_at < $as_of AND (t.ended_at IS NULL OR t.ended_at >= $as_of)",
        "t.mrr DESC",
    ),
    Listing(
        "Latest orders",
        "order_ranks",
        {
            "ordered_at": "t.ordered_at",
            "order_id": "t.order_id",
            "kind": "CASE WHEN t.is_return THEN 'return' ELSE 'sale' END",
            "amount": "t.amount",
            "source": "t.source",
        },
        "t.ordered_at < $as_of",
        "t.ordered_at DESC, t.order_id",
    ),
    Listing(
        "People",
        "contacts",
        {"name": "t.name", "title": "t.title", "buying_role": "t.buying_role", "email": "t.email"},
        "NOT COALESCE(t.is_internal, FALSE)",
        "t.name",
    ),
    Listing(
        "Lists",
        "account_list_members",
        {"list": "t.list", "group": 't."group"', "since": "t.joined_at", "until": "t.left_at"},
        "t.joined_at < $as_of",
        "t.left_at IS NULL DESC, t.joined_at DESC",
    ),
    Listing(
        "Open tickets",
        "tickets",
        {"ticket_id": "t.ticket_id", "priority": "t.priority", "created_at": "t.created_at"},
        "t.solved_at IS NULL",
        "t.created_at",
    ),
    Listing(
        "Latest touches",
        "engagements",
        {
            "occurred_at": "t.occurred_at",
            "kind": "t.kind",
            "direction": "t.direction",
            "with": _name("contacts", "contact_id"),
            "by": _name("employees", "employee_id"),
        },
        "t.is_touch AND t.occurred_at < $as_of",
        "t.occurred_at DESC, t.activity_id DESC",
        "recent_touches",
    ),
)


def account_page(name: str, period: str, ground: Ground, session: Session, backdrop: Backdrop) -> AccountPage:
    """The account with this id, name or domain, without regard to case."""
    found = account_glance(name, period, ground, session, backdrop)
    return replace(found, sections=list(_sections(found.account["account_id"], ground, session)))


def account_glance(
    name: str, period: str, ground: Ground, session: Session, backdrop: Backdrop, far: Session | None = None
) -> AccountPage:
    """The page without its lists; figures by `far`, a session where all rows are, where that is given."""
    account = find_account(name, session)
    where = f"account_id = {literal(account['account_id'])}"
    query = Query(tuple(map(Asked, figures_known(ground))), period=period, where=where, compare=("previous",))
    answer, apart = _asked(query, ground, far or session, backdrop)
    rows = [row for row in answer.rows() if row["value"] is not None] if answer else []
    changes = {name: found for row in rows if (name := row["kpi"]) in CHANGES and (found := _change(row))}
    now = ground.clock.as_of
    foreseen = outlooks(tuple(OUTLOOKS), now, session, backdrop.stale(now), account["account_id"])
    soon = [one for one in foreseen if one.prospects]
    levels = answer.levels if answer else []
    return AccountPage(account, period, rows, [], backdrop.currency, levels, changes, soon, apart)


def _asked(query: Query, ground: Ground, session: Session, backdrop: Backdrop) -> tuple[Answer | None, list[str]]:
    """What is told of the KPIs, and those that are not, for rows they need are not here and no figures are kept."""
    if not query.kpis:
        return None, []
    try:
        return ask(query, ground, session, backdrop), []
    except RowsElsewhereError:
        apart = [one for one in query.kpis if _lacks(one, ground, session)]
        if not apart:
            raise
    here = replace(query, kpis=tuple(one for one in query.kpis if one not in apart))
    return _asked(here, ground, session, backdrop)[0], [one.name for one in apart]


def _lacks(asked: Asked, ground: Ground, session: Session) -> bool:
    facts = {measure.fact for measure in ground.catalog.kpi(asked).measures.values()}
    return any(fact in ground.catalog.facts and session.lacks(fact) for fact in facts)


def _change(row: Row) -> Change | None:
    """What changed since the period before, if anything did."""
    found = change_of(row, "previous", "the period before")
    return found if found and any(line.change for line in found.lines) else None


def find_account(name: str, session: Session) -> dict[str, Any]:
    """The attributes of the account with this id, name or domain, without regard to case."""
    session.table("accounts")
    columns = [row[0] for row in session.fetch("DESCRIBE accounts").fetchall()]
    wanted = literal(name.strip().lower())
    same = " OR ".join(f"lower({column}) = {wanted}" for column in ("account_id", "name", "domain"))
    sql = f"SELECT * FROM accounts WHERE {same} ORDER BY account_id"
    rows = session.fetch(sql).fetchall()
    if not rows:
        known = [row[0] for row in session.fetch("SELECT name FROM accounts WHERE name IS NOT NULL").fetchall()]
        mend = suggest(name, known) or "Give its id, its name or its domain."
        raise AccountlensError(f"No account is called '{name}'.", mend=mend)
    if len(rows) > 1:
        ids = ", ".join(str(row[columns.index("account_id")]) for row in rows[:5])
        raise AccountlensError(f"{len(rows)} accounts are called '{name}' ({ids}).", mend="Name one by its id.")
    found = dict(zip(columns, rows[0], strict=True))
    return {key: found[key] for key in ATTRIBUTES if found.get(key) is not None}


def figures_known(ground: Ground) -> list[str]:
    """The KPIs to look at that the data can tell."""
    known = [name for name in FIGURES if _possible(name, ground)]
    return known if len(known) >= FEW else [*known, *(name for name in OTHERS if _possible(name, ground))]


def _possible(name: str, ground: Ground) -> bool:
    """Whether the KPI exists, can be narrowed to an account, and has its data."""
    catalog = ground.catalog
    if name not in catalog.kpis:
        return False
    kpi = catalog.kpi(Asked(name))
    facts = {measure.fact for measure in kpi.measures.values()}
    apart = all(find_dimension(catalog, catalog.facts[fact], "account_id") for fact in facts)
    return apart and not ground.untold.of_kpi(kpi)


def _sections(account: str, ground: Ground, session: Session) -> Iterator[Section]:
    as_of = literal(ground.clock.as_of)
    for entity in ("products", "contacts", "employees"):
        session.table(entity)
    for listing in LISTINGS:
        if not any(entity in ground.available for entity in ground.catalog.primary(listing.table)):
            continue
        table = listing.recent if listing.recent and session.lacks(listing.table) else listing.table
        session.ensure_fact(table)
        columns = ", ".join(f"{sql} AS {quoted(title)}" for title, sql in listing.columns.items())
        where = f"t.account_id = {literal(account)} AND ({listing.where.replace('$as_of', as_of)})"
        order = f"ORDER BY {listing.order} NULLS LAST LIMIT {LISTED}"
        try:
            rows = session.fetch(f"SELECT {columns} FROM {quoted(table)} t WHERE {where} {order}").fetchall()
        except RowsElsewhereError as error:
            rows = [(f"not here: the rows of {error.table} lie in the warehouse", *[None] * (len(listing.columns) - 1))]
        if rows:
            yield Section(listing.title, tuple(listing.columns), rows)
