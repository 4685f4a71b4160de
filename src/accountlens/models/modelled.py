"""Modelled facts at a refresh: the SELECT's rows through the model, at each moment it is fitted for."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.catalog.catalog import Catalog
from accountlens.errors import AccountlensError, suggest
from accountlens.language.tables import MADE_TABLES, Fact
from accountlens.models.moments import month_ends
from accountlens.models.registry import MODELS, Fitted, Learner, Model, Run, nothing
from accountlens.warehouses.expand import expand, literal, quoted

INPUT = "_model_input"
BROUGHT = "_model_rows_brought"
FITTED = "_model_rows"
LATEST, EARLIER = "True", "False"  # how a print ends: the latest fit is checked, and no other
MOST_ROWS = 2_000_000  # of the input that a learning model sees at once, some 200 MB
ARROW_TYPES: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Modelled:
    """The rows of a fact as SQL, and those of `model_runs` about it; `seen` knows again what each fit was made from."""

    rows: str
    runs: pa.Table
    seen: Mapping[str, str]  # moment → print
    learnt: Mapping[str, Any] | None = None  # of a learning model: what the latest fit is made of, as JSON


@dataclass(frozen=True)
class Before:
    """What a modelled fact was when it was fitted last."""

    found: Modelled
    since: datetime | None = None  # nothing that happened earlier has changed since then; None: that is not known


def model_fact(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    fact: Fact,
    as_of: datetime,
    zone: str,
    before: Before | None = None,
    bring: Callable[[str], pa.Table] | None = None,
) -> Modelled:
    """Fit a fact's model as its parameters say. A fit made `before` from the same rows is taken over.

    `bring` gives the rows of a SELECT in authored SQL, where these are elsewhere.
    """
    model, moments = _model_of(fact), month_ends(as_of, zone)
    parameters = {**fact.parameters, "time_zone": zone}
    learner = model.learn()(parameters, moments) if model.learns else None
    recalls = learner is not None and before is not None and _recalls(learner, before, moments)
    needed = f"{quoted(model.happened)} < TIMESTAMP '{as_of}' AND {learner.needs() if learner else 'true'}"
    sql = f"SELECT * FROM ({input_sql(catalog, fact.name, dict(fact.parameters), as_of)}) AS input WHERE {needed}"
    if bring:
        con.register(BROUGHT, bring(sql))
    rows = f"SELECT * FROM {BROUGHT}" if bring else expand(sql, zone=zone)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {INPUT} AS {rows}")
    if recalls and before:
        prints = {str(moment): before.found.seen[str(moment)] for moment in moments[:-1]}
        stay = {*moments[:-1]}
    else:
        prints = _prints(con, model.happened, moments)
        stay = {moment for moment in moments if before and before.found.seen.get(str(moment)) == prints[str(moment)]}
    fit = _fitting(con, model, parameters, learner, [moment for moment in moments if moment not in stay])
    con.execute(f"DROP TABLE {INPUT}")
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in fact.columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {FITTED} ({listed})")  # not in memory: it may go to the disk
    runs = [_keep_fits(con, fact, before.found, moments, stay)] if before and stay else []
    for moment, later in zip(moments, [*moments[1:], None], strict=True):
        if moment in stay:
            continue
        found = fit(moment)
        said = {"fitted_at": moment, "valid_to": later, "model_version": model.version}
        con.register("_rows", _completed(found.rows, fact, said))
        con.execute(f"INSERT INTO temp.{FITTED} SELECT * FROM _rows")
        con.unregister("_rows")
        runs.append(run_table([_run_row(fact, model, moment, run) for run in found.runs]))
    told = before.found.learnt if before and moments[-1] in stay else learner.learnt() if learner else None
    return Modelled(f"SELECT * FROM temp.{FITTED}", pa.concat_tables(runs), prints, told)


def _recalls(learner: Learner, before: Before, moments: Sequence[datetime]) -> bool:
    """Whether what was learnt before is what would be learnt now, and every fit but the latest stands."""
    seen, since = before.found.seen, before.since
    if since is None or before.found.learnt is None:
        return False
    stand = all(seen.get(str(one), LATEST).endswith(EARLIER) and one <= since for one in moments[:-1])
    return stand and learner.recall(before.found.learnt, since)


def _keep_fits(
    con: duckdb.DuckDBPyConnection,
    fact: Fact,
    before: Modelled,
    moments: Sequence[datetime],
    stay: Collection[datetime],
) -> pa.Table:
    """Take over the rows of fits, which hold until the next one; what became of them."""
    nexts = dict(zip(moments, [*moments[1:], None], strict=True))
    ends = " ".join(f"WHEN TIMESTAMP '{one}' THEN TIMESTAMP '{nexts[one]}'" for one in stay if nexts[one])
    until = f"CASE fitted_at {ends} END" if ends else "CAST(NULL AS TIMESTAMP)"
    listed = ", ".join(until if name == "valid_to" else quoted(name) for name in fact.columns)
    these = ", ".join(f"TIMESTAMP '{one}'" for one in stay)
    con.execute(f"INSERT INTO temp.{FITTED} SELECT {listed} FROM ({before.rows}) WHERE fitted_at IN ({these})")
    return before.runs.filter(pc.field("fitted_at").isin(pa.array([*stay], pa.timestamp("us"))))


def _fitting(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    parameters: Mapping[str, Any],
    learner: Learner | None,
    moments: Sequence[datetime],
) -> Callable[[datetime], Fitted]:
    """What fits a model for one of some moments, after all of the input is read."""
    if not moments:
        return lambda moment: nothing("not to be fitted", 0)
    if learner is None:
        rows, last = _read(con, f"SELECT * FROM temp.{INPUT}"), moments[-1]
        return lambda moment: model.fit()(
            _before(rows, model.happened, moment), {**parameters, "check": moment == last}, moment
        )
    for some in _by_accounts(con):
        learner.see(some)
    return learner.fit


def _by_accounts(con: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    """The input in parts that fit into memory, each with all rows of its accounts, in the order of these."""
    lasts = con.execute(
        "SELECT max(account_id) FROM (SELECT account_id, sum(count(*)) OVER (ORDER BY account_id) - 1 AS place "
        f"FROM temp.{INPUT} GROUP BY account_id) GROUP BY place // {MOST_ROWS} ORDER BY 1"
    ).fetchall()
    before = ""
    for (last,) in lasts:
        beyond = f"account_id > {literal(before)} AND " if before else ""
        yield _read_coded(con, f"FROM temp.{INPUT} WHERE {beyond}account_id <= {literal(last)}")
        before = last


def _read_coded(con: duckdb.DuckDBPyConnection, rows: str) -> pa.Table:
    """Rows whose texts are told once each, and numbered in the rows."""
    described = con.execute(f"DESCRIBE temp.{INPUT}").fetchall()
    texts = {row[0]: f"_of_{place}" for place, row in enumerate(described) if row[1] == "VARCHAR"}
    for name, kind in texts.items():
        listed = f"SELECT DISTINCT {quoted(name)} {rows} AND {quoted(name)} IS NOT NULL ORDER BY 1"
        con.execute(f"CREATE TEMP TYPE {kind} AS ENUM ({listed})")
    coded = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in texts.items())
    found = _read(con, f"SELECT * REPLACE ({coded}) {rows}").unify_dictionaries()
    for kind in texts.values():
        con.execute(f"DROP TYPE {kind}")
    return found


def _before(rows: pa.Table, happened: str, moment: datetime) -> pa.Table:
    return rows.filter(pc.field(happened) < pa.scalar(moment, pa.timestamp("us")))


def _prints(con: duckdb.DuckDBPyConnection, happened: str, moments: Sequence[datetime]) -> dict[str, str]:
    """For each moment a text that differs where the rows before it differ; the last fit is checked, no other."""
    listed = ", ".join(quoted(row[0]) for row in con.execute(f"DESCRIBE temp.{INPUT}").fetchall())
    place = " + ".join(f"CAST({quoted(happened)} >= TIMESTAMP '{moment}' AS INTEGER)" for moment in moments)
    found = con.execute(
        f"SELECT {place} AS place, count(*), sum(hash({listed})), bit_xor(hash('another', {listed})) "
        f"FROM temp.{INPUT} GROUP BY place ORDER BY place"
    ).fetchall()
    prints, count, total, mixed = {}, 0, 0, 0
    buckets = {row[0]: row[1:] for row in found}
    for place_, moment in enumerate(moments):
        more = buckets.get(place_, (0, 0, 0))
        count, total, mixed = count + more[0], total + int(more[1]), mixed ^ more[2]
        prints[str(moment)] = f"{count} {total} {mixed} {LATEST if moment == moments[-1] else EARLIER}"
    return prints


def fit_periods(fact: Fact, rows: pa.Table, periods: Sequence[tuple[datetime, datetime]]) -> pa.Table:
    """A fact's rows, fitted anew on the rows of each period; `p` numbers the period a row happened in."""
    model, tables = _model_of(fact), [empty_rows(fact.columns)]
    for p, (start, end) in enumerate(periods):
        found = model.fit()(rows.filter(pc.field("p") == p), {**fact.parameters}, end)
        said = {"period_from": start, "period_to": end, "model_version": model.version}
        tables.append(_completed(found.rows, fact, said))
    return pa.concat_tables(tables)


def _model_of(fact: Fact) -> Model:
    if fact.model not in MODELS:
        what = f"The fact '{fact.name}' names the model '{fact.model}', which does not exist."
        raise AccountlensError(what, fact.file, suggest(fact.model, MODELS))
    return MODELS[fact.model]


def input_sql(catalog: Catalog, fact: str, values: Mapping[str, Any], as_of: datetime) -> str:
    """A fact's SELECT with these parameters, in authored SQL; facts beneath that they change are computed inside it."""
    inside = []
    for name in catalog.facts[fact].reads:
        known = catalog.parameters(name) if catalog.facts[name].sql else {}
        own = {key: value for key, value in values.items() if key in known and known[key] != value}
        if own:
            inside.append(f"{quoted(name)} AS (\n{input_sql(catalog, name, own, as_of)}\n)")
    sql = catalog.authored(fact, values, as_of)
    return f"WITH {', '.join(inside)} SELECT * FROM (\n{sql}\n) AS whole" if inside else sql


def empty_rows(columns: Mapping[str, str]) -> pa.Table:
    """No rows of these columns."""
    return pa.table({name: pa.array([], ARROW_TYPES[kind]) for name, kind in columns.items()})


def run_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of `model_runs`."""
    columns = MADE_TABLES["model_runs"]
    return pa.table({name: pa.array([row[name] for row in rows], ARROW_TYPES[kind]) for name, kind in columns.items()})


def _read(con: duckdb.DuckDBPyConnection, select: str) -> pa.Table:
    return pa.RecordBatchReader.from_stream(con.sql(select)).read_all()


def _completed(found: pa.Table, fact: Fact, said: Mapping[str, Any]) -> pa.Table:
    """The model's rows in the fact's columns, with what is said of all of them: when they hold, and whose they are."""
    if not found.num_rows:
        return empty_rows(fact.columns)
    columns = {}
    for name, kind in fact.columns.items():
        if name in found.column_names:
            columns[name] = found[name].cast(ARROW_TYPES[kind])
        elif name in said:
            columns[name] = pa.repeat(pa.scalar(said[name], ARROW_TYPES[kind]), found.num_rows)
        else:
            raise AccountlensError(f"The model '{fact.model}' makes no column '{name}'.", fact.file)
    return pa.table(columns)


def _run_row(fact: Fact, model: Model, moment: datetime, run: Run) -> dict[str, Any]:
    row = asdict(run)
    for name in ("parameters", "hold_out"):
        row[name] = json.dumps(row[name], sort_keys=True) if row[name] is not None else None
    status = "ok" if run.reason is None else "insufficient_data"
    named = {"fact": fact.name, "model": fact.model, "model_version": model.version, "fitted_at": moment}
    return {**row, **named, "status": status}
