"""What an entity requires and no column gives by name: constants, sums of parts, spans, keys made of content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accountlens.language.tables import Entity
from accountlens.sources.naming import literal, snake_case
from accountlens.sources.proposal.knowledge import Words, knowledge, words_of
from accountlens.sources.proposal.match import Match, Pick
from accountlens.sources.proposal.model import Draft
from accountlens.sources.proposal.profile import ColumnProfile, TableProfile
from accountlens.sources.proposal.values import ref, reworked

Picks = dict[str, Pick]


def draft_of(match: Match) -> Draft:
    """A match with all that can be worked out from its own table."""
    if match.canonical:
        return Draft(match.entity, match.table, match.picks, canonical=True)
    columns, entity = match.table.columns, match.entity
    picks: Picks = {
        name: reworked(pick, columns[pick.column], entity.columns[name], entity) if pick.column else pick
        for name, pick in match.picks.items()
    }
    for way in (_parts, _label, _constants, _status, _product, _kind, _spans, _key, _line):
        for pick in way(match.entity, match.table, picks):
            picks.setdefault(pick.target, pick)
    ordered = {name: picks[name] for name in entity.columns if name in picks}
    return Draft(entity, match.table, ordered, doubts=tuple(_doubts(entity, match.table, ordered)))


def missing(draft: Draft) -> list[str]:
    required = [column.name for column in draft.entity.columns.values() if column.required]
    return [name for name in required if name not in draft.picks]


def _find(table: TableProfile, names: tuple[str, ...] | list[str], kind: str | None = None) -> ColumnProfile | None:
    """The first column of one of these names (and of a kind)."""
    by_name = {snake_case(name): column for name, column in table.columns.items()}
    for name in names:
        column = by_name.get(name)
        if column is not None and (kind is None or column.is_a(kind)):
            return column
    return None


def _parts(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """`name` of first and last name."""
    for place, choices in knowledge().parts.items():
        owner, target = place.split(".")
        for first, last in choices if owner == entity.name and target not in picks else ():
            one, two = _find(table, [first]), _find(table, [last])
            if one and two:
                sql = f"trim(concat_ws(' ', {ref(one.name)}, {ref(two.name)}))"
                yield Pick(target, None, 0.95, "first and last name", sql)


def _label(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """A row without a name is called by its key."""
    key = picks.get(entity.key[0]) if len(entity.key) == 1 else None
    if entity.label and entity.columns[entity.label].required and entity.label not in picks and key:
        yield Pick(entity.label, key.column, 0.6, "no other name; the key", key.sql)


def _constants(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """A table of calls holds calls."""
    for place, words in knowledge().constants.items():
        owner, target = place.split(".")
        if owner != entity.name or target in picks:
            continue
        score = picks.get("score")
        names = [*words_of(table.name), *(words_of(score.column) if score and score.column else [])]
        for word, value in words.items():
            if word in names:
                told = f"every row of '{table.name}' is one"
                yield Pick(target, None, 0.8, told, literal(value))
                return


def _status(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """The status of a deal from its flags, or else from its close date."""
    if entity.name != "opportunities" or "status" in picks:
        return
    won = _find(table, ["is_won", "won", "iswon"], "flag")
    closed = _find(table, ["is_closed", "closed", "isclosed"], "flag")
    if won and closed:
        yes = "lower(CAST({} AS VARCHAR)) IN ('true', 't', 'yes', 'y', '1')"
        sql = (
            f"CASE WHEN {yes.format(ref(won.name))} THEN 'won'"
            f" WHEN {yes.format(ref(closed.name))} THEN 'lost' ELSE 'open' END"
        )
        yield Pick("status", None, 0.95, f"by {won.name} and {closed.name}", sql)


def _product(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """The amount of a line: quantity times price."""
    for place, roles in knowledge().products.items():
        owner, target = place.split(".")
        if owner != entity.name:
            continue
        found = {role: _find(table, tuple(names), "number") for role, names in roles.items()}
        factors = [column for column in found.values() if column]
        if len(factors) == len(roles) and target not in picks:
            sql = " * ".join(_number(table, column.name) for column in factors)
            yield Pick(target, None, 0.9, " × ".join(column.name for column in factors), sql)


def _kind(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """Lines with a negative quantity, or else a negative amount, are returns."""
    if entity.name != "orders" or "kind" in picks:
        return
    for name in ("quantity", "amount"):
        pick = picks.get(name)
        if pick and pick.column and pick.sql is None and _has_negative(table.columns[pick.column]):
            cell = (
                f"CAST({ref(pick.column)} AS DOUBLE)"
                if table.columns[pick.column].type == "VARCHAR"
                else ref(pick.column)
            )
            yield Pick(
                "kind",
                None,
                0.85,
                f"a negative {name} is a return",
                f"CASE WHEN {cell} < 0 THEN 'return' ELSE 'sale' END",
            )
            return


def _has_negative(column: ColumnProfile) -> bool:
    return column.least is not None and column.least < 0


def _number(table: TableProfile, name: str) -> str:
    return f"CAST({ref(name)} AS DOUBLE)" if table.columns[name].type == "VARCHAR" else ref(name)


def _spans(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """`first_response_at` from the minutes it took."""
    for place, how in knowledge().spans.items():
        owner, target = place.split(".")
        since = picks.get(how["since"]) if owner == entity.name and target not in picks else None
        if since is None:
            continue
        for unit, words in knowledge().units.items():
            names = [f"{name}_{word}" for name in how["names"] for word in words]
            column = _find(table, names, "number")
            if column:
                start = since.sql or ref(since.column or "")
                sql = f"CAST({start} AS TIMESTAMP) + to_seconds(CAST({ref(column.name)} AS DOUBLE) * {_SECONDS[unit]})"
                yield Pick(target, None, 0.9, f"{how['since']} plus {column.name}", sql)
                return


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _key(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """The name as the key, where each stands once; else a key made of the row's content."""
    if len(entity.key) != 1 or entity.key[0] in picks:
        return
    label = picks.get(entity.label or "")
    if label and label.column and table.columns[label.column].unique and table.columns[label.column].complete:
        yield Pick(entity.key[0], label.column, 0.7, "no identifier; each name stands once", label.sql)
        return
    words = knowledge().words.get(entity.name, Words())
    email = picks.get("email")
    if entity.name in ("contacts", "leads") and email and email.column:
        if table.columns[email.column].unique and table.columns[email.column].complete:
            yield Pick(entity.key[0], email.column, 0.7, "no identifier; each e-mail stands once")
        return
    if words.unlikely_id:
        doubt = "there is no identifier; it is made of the row's content, so equal rows count once"
        yield Pick(entity.key[0], None, 0.7, "made of the content", content_id(table), doubt)


def _line(entity: Entity, table: TableProfile, picks: Picks) -> Iterator[Pick]:
    """Lines of an order that have no number."""
    order = picks.get("order_id")
    if entity.name != "orders" or "line_id" in picks or not order or not order.column:
        return
    if not table.columns[order.column].unique:
        doubt = "lines have no number; it is made of their content, so equal lines of an order count once"
        yield Pick("line_id", None, 0.8, f"{order.column} repeats, so rows are lines", content_id(table), doubt)


def content_id(table: TableProfile) -> str:
    return f"md5(CAST(ROW({', '.join(ref(name) for name in table.columns)}) AS VARCHAR))"


def _doubts(entity: Entity, table: TableProfile, picks: Mapping[str, Pick]) -> Iterator[str]:
    """What a person should look at, whatever the mapping."""
    yield from _gaps(entity, table, picks)
    product = picks.get("product_id")
    if product and product.column and (odd := _odd_codes(table.columns[product.column])):
        yield f"{product.column} has codes of another kind, perhaps no products: {odd}"
    for name, pick in picks.items():
        column = table.columns.get(pick.column or "")
        low = entity.columns[name].min
        if column and low is not None and pick.sql is None and low >= 0 and _has_negative(column):
            yield f"{name}: {column.name} has negative values; these rows would be quarantined"
    price = _find(table, ("price", "unit_price"), "number") if entity.name == "orders" else None
    if price and _has_negative(price):
        yield f"{price.name} is negative in some rows: corrections or bad debt? Leave them out with WHERE if so"


def _gaps(entity: Entity, table: TableProfile, picks: Mapping[str, Pick]) -> Iterator[str]:
    """Rows without an account or without a time, and what becomes of them."""
    for name, pick in picks.items():
        column, wanted = table.columns.get(pick.column or ""), entity.columns[name]
        if column is None or column.complete or name == "parent_account_id":
            continue
        if wanted.references == "accounts":
            fate = "they stay, as (unmatched)"
        elif wanted.required and (name in entity.key or wanted.type in ("time", "date") or wanted.values):
            fate = "they would be quarantined"
        elif name == "created_at":
            fate = "they take no part in measures of that time"
        else:
            continue
        yield f"{name}: {column.rows - column.filled:,} of {column.rows:,} rows have none ({column.name}); {fate}"


def _odd_codes(column: ColumnProfile) -> str:
    """Codes without a digit where nearly all others have one."""
    odd = [(text, count) for text, count in column.values if not any(letter.isdigit() for letter in text)]
    total = sum(count for _, count in column.values) or 1
    if not odd or sum(count for _, count in odd) > total / 20:
        return ""
    more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
    return ", ".join(f"{text} ({count:,})" for text, count in odd[:5]) + more
