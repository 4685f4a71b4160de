"""Certifying an engine: a snapshot's tables are put there, facts and KPIs computed there, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex

from accountlens.catalog.catalog import Catalog
from accountlens.certify.differing import Compared, compare_answers, compare_rows
from accountlens.engine.answer import Answer
from accountlens.engine.ground import Ground
from accountlens.engine.plan import FactUse
from accountlens.engine.run import Backdrop, ask
from accountlens.engine.session import Session
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.refresh.bench import Progress, silent
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.expand import quoted

BY = "tier"
PERIOD = "last-12-months"
NOWHERE = Backdrop("certified", "")


@dataclass(frozen=True)
class Certificate:
    """What was compared on an engine; `left_out`: what cannot be computed here either, and why."""

    engine: str
    tables: int
    rows: int
    facts: Sequence[Compared]
    kpis: Sequence[Compared]
    left_out: dict[str, str]

    @property
    def passed(self) -> bool:
        return all(one.same for one in (*self.facts, *self.kpis))


def certify(
    engine: Engine,
    connection: Connection,
    here: Session,
    ground: Ground,
    tell: Progress = silent,
    only: Collection[str] | None = None,
) -> Certificate:
    """Compare with the session `here`, in a schema of its own that is gone afterwards; all, or some facts and KPIs."""
    with _scratch(engine, connection) as schema:
        there, rows = _put_there(connection, schema, here, tell)
        tables = dict.fromkeys(there, "")
        session = WarehouseSession(engine, connection, schema, tables, here.catalog, here.zone, here.as_of, here.fit)
        left_out: dict[str, str] = {}
        chosen = _Chosen(here.catalog, only)
        facts = list(_facts(chosen.facts, here, session, left_out, tell))
        kpis = list(_kpis(chosen.kpis, here, session, ground, left_out, tell))
    return Certificate(engine.label, len(there), rows, facts, kpis, left_out)


class _Chosen:
    """What is compared: facts that SQL makes, or a model when it is asked, and KPIs."""

    def __init__(self, catalog: Catalog, only: Collection[str] | None) -> None:
        derived = [fact.name for fact in catalog.facts.values() if fact.sql and (fact.asked or not fact.model)]
        self.facts, self.kpis = (
            [name for name in names if only is None or name in only] for names in (derived, catalog.kpis)
        )


@contextmanager
def _scratch(engine: Engine, connection: Connection) -> Iterator[str]:
    schema = f"accountlens_certify_{token_hex(4)}"
    connection.run(engine.make_schema.format(engine.named(schema)))
    try:
        yield schema
    finally:
        connection.run(engine.drop_schema.format(engine.named(schema)))


def _put_there(connection: Connection, schema: str, here: Session, tell: Progress) -> tuple[list[str], int]:
    """Entities, the tables made beside them, and what models gave: all that is not computed by SQL."""
    facts, rows = here.catalog.facts, 0
    names = [name for name in here.tables if name not in facts or not facts[name].sql or facts[name].model]
    for place, name in enumerate(names):
        tell(f"loading {name}", place, len(names))
        table = here.arrow(f"SELECT * FROM ({here.tables[name]})")
        connection.load(schema, name, table)
        rows += table.num_rows
    return names, rows


def _facts(
    names: Sequence[str], here: Session, there: Session, left_out: dict[str, str], tell: Progress
) -> Iterator[Compared]:
    for place, name in enumerate(names):
        tell(f"fact {name}", place, len(names))
        try:
            here.ensure(FactUse(name, name))
        except AccountlensError as error:
            left_out[name] = str(error)
            continue
        try:
            there.ensure(FactUse(name, name))
            rows = [session.arrow(_all_of(name, session)) for session in (here, there)]
        except AccountlensError as error:
            yield Compared(name, fault=str(error))
        else:
            yield compare_rows(name, *rows)


def _kpis(
    names: Sequence[str], here: Session, there: Session, ground: Ground, left_out: dict[str, str], tell: Progress
) -> Iterator[Compared]:
    """Each KPI by month and tier; by month alone where it cannot be split so."""
    for place, name in enumerate(names):
        tell(f"KPI {name}", place, len(names))
        try:
            answer = _asked(name, ground, here)
        except AccountlensError as error:
            left_out[name] = str(error)
            continue
        try:
            other = ask(answer.plan.query, ground, there, NOWHERE)
            yield compare_answers(name, answer.rows(), other.rows())
        except AccountlensError as error:
            yield Compared(name, fault=str(error))


def _asked(name: str, ground: Ground, session: Session) -> Answer:
    query = Query((Asked(name),), by=(BY,), period=PERIOD, grain="month")
    try:
        return ask(query, ground, session, NOWHERE)
    except AccountlensError:
        return ask(replace(query, by=()), ground, session, NOWHERE)


def _all_of(name: str, session: Session) -> str:
    return session.written(f"SELECT * FROM {quoted(name)}")
