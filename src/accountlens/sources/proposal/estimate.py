"""What an undecided deal is worth, where only won ones have an amount: the list price of its product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from accountlens.sources.proposal.knowledge import knowledge, tidy
from accountlens.sources.proposal.links import Link
from accountlens.sources.proposal.match import Pick
from accountlens.sources.proposal.model import Draft, Join
from accountlens.sources.proposal.relate import key_of
from accountlens.sources.proposal.render import resolved
from accountlens.sources.proposal.sqltext import quote
from accountlens.sources.proposal.values import is_one_of, ref


def with_estimates(
    con: duckdb.DuckDBPyConnection, draft: Draft, drafts: Mapping[str, Sequence[Draft]], links: Sequence[Link]
) -> Draft:
    """Deals that are not won take the list price of their product, if hardly any has an amount of its own."""
    amount, status, product = (draft.picks.get(name) for name in ("amount", "status", "product_id"))
    prices = [other for other in drafts.get("products", ()) if other.picks.get("list_price") and key_of(other)]
    if draft.entity.name != "opportunities" or not (amount and amount.column and status and product and prices):
        return draft
    if draft.canonical or amount.sql or not product.column:
        return draft
    priced, link = prices[0], _link(draft, prices[0], product.column, links)
    empty, undecided = _empty(con, draft, status.sql or ref(status.column or ""), amount.column)
    price = priced.picks["list_price"]
    if link is None or price.column is None or price.sql or not undecided or empty < 0.95 * undecided:
        return draft
    key = key_of(priced) or ""
    on = f"products.{quote(key)} = {product.sql or ref(product.column)}"
    sql = f"CASE WHEN {_won(draft, status)} THEN {ref(amount.column)} ELSE products.{quote(price.column)} END"
    doubt = (
        f"{empty:,} of {undecided:,} deals that are not won have no amount; the list price of their product stands "
        "in for it"
    )
    estimated = replace(amount, sql=sql, why=f"{amount.why}; estimated where nothing was won", doubt=doubt)
    joins = (*draft.joins, Join("products", priced.table.relation, on))
    return replace(draft, joins=joins, picks={**draft.picks, "amount": estimated})


def _won(draft: Draft, status: Pick) -> str:
    """The test for won deals, as short as the words allow."""
    column = draft.table.columns.get(status.column or "")
    if column is None or not column.few:
        return f"({status.sql or ref(status.column or '')}) = 'won'"
    known = knowledge().vocabularies["opportunities.status"]
    return is_one_of(column.name, [text for text, _ in column.values if known.get(tidy(text)) == "won"])


def _link(draft: Draft, priced: Draft, column: str, links: Sequence[Link]) -> Link | None:
    wanted = (draft.table.name, column, priced.table.name, key_of(priced))
    return next((x for x in links if (x.table, x.column, x.to_table, x.to_column) == wanted), None)


def _empty(con: duckdb.DuckDBPyConnection, draft: Draft, status: str, amount: str) -> tuple[int, int]:
    """How many deals that are not won have no amount, and how many there are."""
    cell = f"coalesce(TRY_CAST({resolved(ref(amount))} AS DOUBLE), 0)"
    row = con.execute(
        f"SELECT count(*) FILTER ({cell} = 0), count(*) FROM {draft.table.relation} "
        f"WHERE lower({resolved(status)}) <> 'won'"
    ).fetchone()
    return row or (0, 0)
