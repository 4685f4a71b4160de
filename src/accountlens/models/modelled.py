"""Modelled facts at a refresh: the SELECT's rows through the model, at each moment it is fitted for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.catalog.catalog import Catalog
from accountlens.errors import AccountlensError, suggest
from accountlens.language.tables import MADE_TABLES, Fact
from accountlens.models.moments import month_ends
from accountlens.models.registry import MODELS, Model, Run, times
from accountlens.warehouses.expand import quoted

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Modelled:
    """The rows of a fact, and of `model_runs` about it; `seen` knows again what each fit was made from."""

    rows: pa.Table
    runs: pa.Table
    seen: Mapping[str, str]  # moment → print


def model_fact(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    fact: Fact,
    as_of: datetime,
    zone: str,
    before: Modelled | None = None,
) -> Modelled:
    """Fit a fact's model as its parameters say. A fit made `before` from the same rows is taken over."""
    model = _model_of(fact)
    rows = _read(con, input_sql(catalog, fact.name, dict(fact.parameters), as_of, zone))
    rows = _before(rows, model.happened, as_of)
    moments = month_ends(as_of, zone)
    prints, tables, runs = _prints(con, rows, model.happened, moments), list[pa.Table](), list[pa.Table]()
    rows = _in_time(rows, model.happened) if model.in_time else rows
    for index, moment in enumerate(moments):
        later = moments[index + 1] if index + 1 < len(moments) else None
        if before and before.seen.get(str(moment)) == prints[str(moment)]:
            fitted_then = pc.field("fitted_at") == pa.scalar(moment, pa.timestamp("us"))
            tables.append(_valid_to(before.rows.filter(fitted_then), later))
            runs.append(before.runs.filter(fitted_then))
            continue
        found = model.fit()(
            _seen(rows, model, moment), {**fact.parameters, "time_zone": zone, "check": later is None}, moment
        )
        said = {"fitted_at": moment, "valid_to": later, "model_version": model.version}
        tables.append(_completed(found.rows, fact, said))
        runs.append(run_table([_run_row(fact, model, moment, run) for run in found.runs]))
    return Modelled(pa.concat_tables(tables), pa.concat_tables(runs), prints)


def _seen(rows: pa.Table, model: Model, moment: datetime) -> pa.Table:
    """What had happened before a moment."""
    if not model.in_time:
        return _before(rows, model.happened, moment)
    return rows.slice(0, int(np.searchsorted(times(rows, model.happened), np.datetime64(moment, "us"))))


def _before(rows: pa.Table, happened: str, moment: datetime) -> pa.Table:
    return rows.filter(pc.field(happened) < pa.scalar(moment, pa.timestamp("us")))


def _in_time(rows: pa.Table, happened: str) -> pa.Table:
    """The rows in the order of time, so that those before a moment come first; their texts told once each."""
    rows = rows.sort_by(happened).combine_chunks()
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(place, field.name, rows[place].dictionary_encode())
    return rows


def _prints(
    con: duckdb.DuckDBPyConnection, rows: pa.Table, happened: str, moments: Sequence[datetime]
) -> dict[str, str]:
    """For each moment a text that differs where the rows before it differ; the last fit is checked, no other."""
    listed = ", ".join(map(quoted, rows.column_names))
    place = " + ".join(f"CAST({quoted(happened)} >= TIMESTAMP '{moment}' AS INTEGER)" for moment in moments)
    con.register("_seen", rows)
    found = con.execute(
        f"SELECT {place} AS place, count(*), sum(hash({listed})), bit_xor(hash('another', {listed})) "
        "FROM _seen GROUP BY place ORDER BY place"
    ).fetchall()
    con.unregister("_seen")
    prints, count, total, mixed = {}, 0, 0, 0
    buckets = {row[0]: row[1:] for row in found}
    for place_, moment in enumerate(moments):
        more = buckets.get(place_, (0, 0, 0))
        count, total, mixed = count + more[0], total + int(more[1]), mixed ^ more[2]
        prints[str(moment)] = f"{count} {total} {mixed} {moment == moments[-1]}"
    return prints


def _valid_to(rows: pa.Table, later: datetime | None) -> pa.Table:
    place = rows.column_names.index("valid_to")
    values = pa.array([later] * rows.num_rows, pa.timestamp("us"))
    return rows.set_column(place, "valid_to", values)


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


def input_sql(catalog: Catalog, fact: str, values: Mapping[str, Any], as_of: datetime, zone: str) -> str:
    """A fact's SELECT with these parameters; facts beneath that they change are computed anew inside it."""
    inside = []
    for name in catalog.facts[fact].reads:
        known = catalog.parameters(name) if catalog.facts[name].sql else {}
        own = {key: value for key, value in values.items() if key in known and known[key] != value}
        if own:
            inside.append(f"{quoted(name)} AS (\n{input_sql(catalog, name, own, as_of, zone)}\n)")
    sql = catalog.sql_of(fact, values, as_of, zone)
    return f"WITH {', '.join(inside)} SELECT * FROM (\n{sql}\n)" if inside else sql


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
            columns[name] = pa.array([said[name]] * found.num_rows, ARROW_TYPES[kind])
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
