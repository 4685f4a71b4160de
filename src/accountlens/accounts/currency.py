"""Money in the currency of the workspace, at the rate of its day; what was given stays beside it.

The rate of a day is the latest one on or before it: quoted directly, else the inverse of the other direction, else
over a third currency that has both (the first by name).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from accountlens.errors import Problem
from accountlens.language.tables import Column, Entity
from accountlens.warehouses.expand import expand, literal, quoted

ISO_4217 = Path(__file__).with_name("iso_4217.txt")
RATES = "_rates"  # (currency, day, rate to the workspace's), for every day on which any rate changed
RATE_DAYS = "_rate_days"  # day → the latest such day


@dataclass(frozen=True)
class Exchange:
    """All that is needed to convert: give `step` to staging."""

    home: str
    zone: str
    today: date  # money without any date is converted at the rate of this day
    entities: Mapping[str, Entity]
    present: frozenset[str]  # entities that have a source
    last_day: date | None = None  # of the rates; None = there are none

    def step(self, entity: Entity, rows: str, columns: Sequence[str]) -> tuple[str, list[str], list[tuple[str, str]]]:
        """Rows with money converted, the columns this adds, and what is wrong with a row's money."""
        money, codes = _money(entity), [name for name in columns if _is_code(entity, name)]
        if not money and not codes:
            return rows, [], []
        replaced = {name: f"upper(c.{quoted(name)})" for name in codes}
        if money and "currency" in columns:
            replaced["currency"] = "c._currency"
        for column in money:
            replaced[column.name] = f"CASE WHEN c._currency = {literal(self.home)} THEN c.{quoted(column.name)} "
            replaced[column.name] += f"ELSE c.{quoted(column.name)} * {self._rate()} END"
        given = "".join(f", c.{quoted(column.name)} AS {_given(column)}" for column in money)
        listed = ", ".join(f"{value} AS {quoted(name)}" for name, value in replaced.items())
        select = f"SELECT c.* REPLACE ({listed}){given}\nFROM ({self._dated(entity, rows, columns)}) c{self._joins()}"
        return select, [f"{column.name}_given" for column in money], [*_code_checks(codes), *self._checks(money)]

    def _dated(self, entity: Entity, rows: str, columns: Sequence[str]) -> str:
        """Rows with `_currency` and `_day`, at which they are converted."""
        parent = currency_parent(entity, self.entities)
        known, join = ["upper(e.currency)"] if "currency" in columns else [], ""
        if parent and parent[1] in self.present:
            column, target = parent
            known.append("p.currency")
            join = f" LEFT JOIN {quoted(target)} p ON p.{quoted(self.entities[target].key[0])} = e.{quoted(column)}"
        days = [expand(f"KPI_LOCAL_DATE(e.{quoted(name)})", zone=self.zone) for name in entity.converted_at]
        today = f"DATE {literal(self.today.isoformat())}"
        return (
            f"SELECT e.*, coalesce({', '.join([*known, literal(self.home)])}) AS _currency, "
            f"coalesce({', '.join([*days, today])}) AS _day FROM ({rows}) e{join}"
        )

    def _rate(self) -> str:
        return "x.rate" if self.last_day else "NULL"

    def _joins(self) -> str:
        if not self.last_day:
            return ""
        last = f"DATE {literal(self.last_day.isoformat())}"
        return (
            f"\nLEFT JOIN {RATE_DAYS} d ON d.day = least(c._day, {last})"
            f"\nLEFT JOIN {RATES} x ON x.currency = c._currency AND x.day = d.rate_day"
        )

    def _checks(self, money: Sequence[Column]) -> list[tuple[str, str]]:
        checks = []
        for column in money:
            fault = f"{_given(column)} IS NOT NULL AND {quoted(column.name)} IS NULL AND {_is_known('_currency')}"
            reason = (
                f"{literal(column.name + ' ')} || printf('%.15g', {_given(column)}) || ' ' || _currency || "
                f"{literal(f' has no rate to {self.home} on or before ')} || strftime(_day, '%Y-%m-%d')"
            )
            checks.append((fault, reason))
        return checks


def make_rates(con: duckdb.DuckDBPyConnection, home: str, zone: str) -> date | None:
    """Make the tables of rates out of `fx_rates`; the last day that has one."""
    day = expand("KPI_LOCAL_DATE(rate_date)", zone=zone)
    con.execute(_RATES.format(rates=RATES, home=literal(home), day=day))
    con.execute(
        f"CREATE OR REPLACE TABLE {RATE_DAYS} AS WITH days AS (SELECT DISTINCT day FROM {RATES}), "
        "spans AS (SELECT day, lead(day) OVER (ORDER BY day) AS next_day FROM days) "
        "SELECT CAST(every.day AS DATE) AS day, spans.day AS rate_day FROM spans, "
        "range(CAST(spans.day AS TIMESTAMP), CAST(coalesce(spans.next_day, spans.day + 1) AS TIMESTAMP), "
        "INTERVAL 1 DAY) every(day)"
    )
    found: list[tuple[date | None]] = con.execute(f"SELECT max(day) FROM {RATES}").fetchall()
    return found[0][0]


def rates_sql(zone: str) -> str:
    """SQL of `exchange_rates`: the rate of every currency to the workspace's, from one change to the next."""
    start = expand("KPI_UTC(CAST(day AS TIMESTAMP))", zone=zone)
    return (
        f"SELECT currency, rate, {start} AS valid_from, "
        f"lead({start}) OVER (PARTITION BY currency ORDER BY day) AS valid_to FROM {RATES} ORDER BY currency, day"
    )


def unusable_rates(con: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Rates that can't be used. They are kept; money that has no other rate is quarantined."""
    ((count,),) = con.execute("SELECT count(*) FROM fx_rates WHERE rate IS NULL OR rate <= 0").fetchall()
    what = f"Rates that are empty, zero or negative, and are not used: {count}."
    return [Problem("fx_rates", 0, what, severity="warning")] if count else []


def currency_parent(entity: Entity, entities: Mapping[str, Entity]) -> tuple[str, str] | None:
    """Where money without a currency of its own takes it from: the column, and the entity it points to.

    That is the one with a currency and with money of the same name (opportunity_history: opportunities).
    """
    money = {column.name for column in _money(entity)}
    if "currency" in entity.columns:
        return None
    for column in entity.columns.values():
        target = entities.get(column.references or "")
        if target and "currency" in target.columns and money & {other.name for other in _money(target)}:
            return column.name, target.name
    return None


@cache
def iso_codes() -> tuple[str, ...]:
    lines = ISO_4217.read_text(encoding="utf-8").splitlines()
    return tuple(code for line in lines if not line.startswith("#") for code in line.split())


def _money(entity: Entity) -> list[Column]:
    return [column for column in entity.columns.values() if column.type == "money"]


def _given(column: Column) -> str:
    return quoted(f"{column.name}_given")


def _is_code(entity: Entity, name: str) -> bool:
    """Columns that hold currency codes: the entity's own, and `currency` wherever there is money."""
    own = name in entity.columns or bool(_money(entity))
    return own and (name == "currency" or (name.endswith("_currency") and name in entity.columns))


def _is_known(column: str) -> str:
    return f"regexp_full_match({column}, '{'|'.join(iso_codes())}')"


def _code_checks(codes: Sequence[str]) -> list[tuple[str, str]]:
    checks = []
    for name in codes:
        column = quoted(name)
        before, after = literal(f"{name} '"), literal("' is no ISO 4217 code")
        checks.append((f"NOT {_is_known(column)}", f"{before} || {column} || {after}"))
    return checks


# `known`: for every pair of currencies and every day on which any rate changed, the latest quote on or before it.
_RATES = """
CREATE OR REPLACE TABLE {rates} AS
WITH quotes AS (
    SELECT {day} AS day, from_currency AS f, to_currency AS t, rate FROM fx_rates WHERE rate > 0
), legs AS (
    SELECT day, f, t, rate, CAST(NULL AS DOUBLE) AS inverse FROM quotes
    UNION ALL
    SELECT day, t, f, NULL, 1 / rate FROM quotes
), spine AS (
    SELECT days.day, pairs.f, pairs.t
    FROM (SELECT DISTINCT day FROM quotes) days, (SELECT DISTINCT f, t FROM legs WHERE f <> t) pairs
), known AS (
    SELECT spine.day, spine.f, spine.t, coalesce(
        last_value(legs.rate IGNORE NULLS) OVER past, last_value(legs.inverse IGNORE NULLS) OVER past) AS rate
    FROM spine LEFT JOIN (
        SELECT day, f, t, max(rate) AS rate, max(inverse) AS inverse FROM legs GROUP BY day, f, t
    ) legs ON legs.day = spine.day AND legs.f = spine.f AND legs.t = spine.t
    WINDOW past AS (PARTITION BY spine.f, spine.t ORDER BY spine.day)
), crossed AS (
    SELECT one.day, one.f, arg_min(one.rate * two.rate, one.t) AS rate
    FROM known one JOIN known two ON two.day = one.day AND two.f = one.t AND two.t = {home}
    WHERE one.rate IS NOT NULL AND two.rate IS NOT NULL AND one.t <> {home} AND one.f <> {home}
    GROUP BY one.day, one.f
), direct AS (
    SELECT day, f, rate FROM known WHERE t = {home} AND rate IS NOT NULL
)
SELECT coalesce(direct.f, crossed.f) AS currency, coalesce(direct.day, crossed.day) AS day,
    coalesce(direct.rate, crossed.rate) AS rate
FROM direct FULL JOIN crossed ON crossed.f = direct.f AND crossed.day = direct.day
"""
