"""Facts out of entities, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb
import pyarrow as pa

from accountlens.catalog.catalog import Catalog
from accountlens.errors import AccountlensError
from accountlens.language.tables import Entity, Fact
from accountlens.refresh.bench import Keep, Progress
from accountlens.refresh.known_facts import KnownFacts
from accountlens.refresh.order import Order, fact_order
from accountlens.warehouses.expand import quoted


def derive(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    zone: str,
    as_of: datetime,
    present: Sequence[str],
    keep: Keep,
    tell: Progress,
    known: KnownFacts | None = None,
    elsewhere: Collection[str] = (),
) -> tuple[dict[str, str], list[pa.Table]]:
    """Make the facts of what is present, at their defaults; the digest of each that was kept, what became of models.

    Tables that are `elsewhere` are not made here.

    A fact is unknown when none of its primary entities is there. What else it reads may be empty. A fact of which
    `known` says that nothing changed is taken over as it is.
    """
    facts = [fact for fact in catalog.facts.values() if fact.sql]
    here = {fact.name for fact in facts if set(catalog.primary(fact.name)) & set(present)} - set(elsewhere)
    for fact in catalog.facts.values():
        if fact.name not in (*here, *present, *elsewhere):
            con.execute(f"CREATE TABLE {quoted(fact.name)} ({_listed(fact)})")
    digests, runs = {}, []
    for place, fact in enumerate(facts):
        if fact.name not in here:
            continue
        tell(f"deriving {fact.name}", place, len(facts))
        if known and known.same(fact):
            runs += known.take_over(fact)
        else:
            with _computing(fact):
                if not (known and fact.reach and not fact.model and known.renew(fact)):
                    runs += _make(con, catalog, fact, as_of, zone, keep, known)
        if fact.stored:
            digests[fact.name] = catalog.digest(fact.name)
    return digests, runs


def keep_runs(con: duckdb.DuckDBPyConnection, runs: Sequence[pa.Table], keep: Keep) -> None:
    """Keep what became of the models' fits, where there was any."""
    if not runs:
        return
    con.execute("DROP TABLE IF EXISTS model_runs")
    con.register("_rows", pa.concat_tables(runs))
    order = ("fact", "fitted_at", "n", "parameters", "reason")
    keep("model_runs", "SELECT * FROM _rows", Order(tuple(map(quoted, order))))
    con.unregister("_rows")


def _make(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    fact: Fact,
    as_of: datetime,
    zone: str,
    keep: Keep,
    known: KnownFacts | None,
) -> list[pa.Table]:
    """Make a fact readable, and keep it where it is stored; of a modelled one, what became of its fits."""
    if fact.asked:
        con.execute(f"CREATE TABLE {quoted(fact.name)} ({_listed(fact)})")
        return []
    if fact.model:
        return [_model(con, catalog, fact, as_of, zone, keep, known)]
    origin = catalog.entities.get(fact.primary[0]) if fact.primary else None
    _derive(con, fact, origin, catalog.sql_of(fact.name, {}, as_of, zone), keep)
    return []


def _listed(fact: Fact) -> str:
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in fact.columns.items())


def _derive(con: duckdb.DuckDBPyConnection, fact: Fact, origin: Entity | None, sql: str, keep: Keep) -> None:
    con.execute(f"CREATE OR REPLACE VIEW {quoted(fact.name)} AS {sql}")
    if fact.stored:
        columns = {row[0]: str(row[1]) for row in con.execute(f"DESCRIBE {quoted(fact.name)}").fetchall()}
        keep(fact.name, sql, fact_order(fact, origin, columns))


def _model(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    fact: Fact,
    as_of: datetime,
    zone: str,
    keep: Keep,
    known: KnownFacts | None,
) -> pa.Table:
    """Make a modelled fact; what became of its fits."""
    from accountlens.models.modelled import FITTED, model_fact

    found = model_fact(con, catalog, fact, as_of, zone, known.fits(fact) if known else None)
    if known:
        known.fitted(fact, found)
    keep(fact.name, found.rows, Order(tuple(map(quoted, fact.key or fact.columns))))
    con.execute(f"DROP TABLE temp.{FITTED}")
    return found.runs


@contextmanager
def _computing(fact: Fact) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        what = f"The fact '{fact.name}' cannot be computed: {str(error).splitlines()[0]}"
        raise AccountlensError(what, fact.file) from error
