"""A table of any database that SQLAlchemy opens: PostgreSQL, SQLite, MySQL, Snowflake and others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from accountlens.errors import AccountlensError
from accountlens.push.pushed import Difference
from accountlens.push.rows import NUMBER, TEXT, TIME, Rows
from accountlens.push.targets.address import PUSHED_AT, refuse_lacking, taken_apart
from accountlens.sources.secrets import Secrets
from accountlens.store.snapshots import utc_now

KINDS: dict[str, Any] = {NUMBER: sa.Double(), TEXT: sa.Text(), TIME: sa.DateTime()}
LONGEST_KEY = 255
AT_ONCE = 500  # keys of one statement
BOUND = "to_"  # before names of values in an update, where those of columns are taken


@dataclass(frozen=True)
class Table:
    engine: sa.Engine
    schema: str | None
    name: str
    where: str
    secrets: Secrets

    @classmethod
    def of(cls, to: str, where: str, secrets: Secrets) -> Table:
        text, schema, name = taken_apart(to, where)
        try:
            url = sa.make_url(text)
            if url.drivername in ("postgresql", "postgres"):
                url = url.set(drivername="postgresql+psycopg")
            if url.get_backend_name() == "sqlite" and url.database:
                url = url.set(database=str(secrets.folder / url.database))
            return cls(sa.create_engine(url), schema, name, where, secrets)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
            raise _refused(error, "This is no URL of a database that can be opened", where, secrets) from None

    @property
    def shown(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def there(self) -> bool:
        with self._base() as base:
            return sa.inspect(base).has_table(self.name, self.schema)

    def write(self, rows: Rows, difference: Difference) -> None:
        with self._base() as base:
            table = self._table(base, rows)
            key = table.c[rows.key]
            wanted = [*difference.new, *difference.changed]
            there = {one for some in _some(wanted) for (one,) in base.execute(sa.select(key).where(key.in_(some)))}
            now = utc_now()
            if changed := [_bound({rows.key: one, **self._values(rows, one, now)}) for one in wanted if one in there]:
                sets: dict[str, Any] = {name: sa.bindparam(BOUND + name) for name in (*rows.columns, PUSHED_AT)}
                base.execute(table.update().where(key == sa.bindparam(BOUND + rows.key)).values(sets), changed)
            if new := [self._values(rows, one, now) | {rows.key: one} for one in wanted if one not in there]:
                base.execute(table.insert(), new)
            for some in _some(difference.gone):
                base.execute(table.delete().where(key.in_(some)))

    def _table(self, base: sa.Connection, rows: Rows) -> sa.Table:
        """Made where it is missing."""
        columns = [sa.Column(name, KINDS[kind]) for name, kind in rows.columns.items()]
        key = sa.Column(rows.key, sa.String(LONGEST_KEY), primary_key=True)
        table = sa.Table(
            self.name, sa.MetaData(), key, *columns, sa.Column(PUSHED_AT, sa.DateTime()), schema=self.schema
        )
        looked = sa.inspect(base)
        if looked.has_table(self.name, self.schema):
            there = {str(column["name"]) for column in looked.get_columns(self.name, self.schema)}
            refuse_lacking(rows, there, self.shown, self.where)
        else:
            table.create(base)
        return table

    def _values(self, rows: Rows, key: str, now: datetime) -> dict[str, Any]:
        return {**dict(zip(rows.columns, rows.by_key[key], strict=True)), PUSHED_AT: now}

    @contextmanager
    def _base(self) -> Iterator[sa.Connection]:
        """One transaction."""
        try:
            with self.engine.begin() as base:
                if self.engine.dialect.name == "sqlite":
                    base.exec_driver_sql("BEGIN")  # its driver would begin with the first row, after a table is made
                yield base
        except SQLAlchemyError as error:
            raise _refused(error, f"The table {self.shown} cannot be written", self.where, self.secrets) from None
        finally:
            self.engine.dispose()


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    return {BOUND + name: value for name, value in values.items()}


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _refused(error: Exception, what: str, where: str, secrets: Secrets) -> AccountlensError:
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
    return AccountlensError(
        secrets.hide(f"{what}: {said}. Nothing was written."), where, "Is the url right, and may its user write there?"
    )
