"""A table of a DuckDB file: `duckdb:///scores.duckdb#account_scores`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from accountlens.errors import AccountlensError
from accountlens.push.pushed import Difference
from accountlens.push.rows import NUMBER, TEXT, TIME, Rows
from accountlens.push.targets.address import PUSHED_AT, refuse_lacking, taken_apart
from accountlens.store.snapshots import utc_now
from accountlens.warehouses.expand import quoted

SCHEME = "duckdb:///"
KINDS = {NUMBER: ("DOUBLE", pa.float64()), TEXT: ("VARCHAR", pa.string()), TIME: ("TIMESTAMP", pa.timestamp("us"))}


@dataclass(frozen=True)
class DuckdbTable:
    file: Path
    schema: str
    name: str
    where: str

    @classmethod
    def of(cls, to: str, where: str, folder: Path) -> DuckdbTable:
        url, schema, name = taken_apart(to, where)
        path = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or not path:
            raise AccountlensError("This names no file.", where, f"Write {SCHEME}FILE.duckdb#table.")
        return cls(folder / path, schema or "main", name, where)

    @property
    def shown(self) -> str:
        return f"{self.file.name}#{self.schema}.{self.name}"

    def there(self) -> bool:
        if not self.file.exists():
            if not self.file.parent.is_dir():
                raise AccountlensError(f"There is no folder {self.file.parent}.", self.where)
            return False
        with self._base(read_only=True) as base:
            return bool(self._columns(base))

    def write(self, rows: Rows, difference: Difference) -> None:
        with self._base() as base:
            there, table = self._columns(base), f"{quoted(self.schema)}.{quoted(self.name)}"
            kinds = {rows.key: KINDS[TEXT], **{name: KINDS[kind] for name, kind in rows.columns.items()}}
            base.begin()
            if there:
                refuse_lacking(rows, there, self.shown, self.where)
            else:
                listed = ", ".join(f"{quoted(name)} {kind}" for name, (kind, _) in kinds.items())
                base.execute(
                    f"CREATE TABLE {table} ({listed}, {PUSHED_AT} TIMESTAMP, PRIMARY KEY ({quoted(rows.key)}))"
                )
            wanted = [*difference.new, *difference.changed]
            cells = list(zip(*((key, *rows.by_key[key]) for key in wanted), strict=True)) or [()] * len(kinds)
            arrays = [pa.array(column, kind) for column, (_, kind) in zip(cells, kinds.values(), strict=True)]
            base.register("incoming", pa.table(arrays, names=list(kinds)))
            self._merge(base, table, rows)
            base.executemany(
                f"DELETE FROM {table} WHERE {quoted(rows.key)} = ?", [[key] for key in difference.gone] or [[None]]
            )
            base.commit()

    def _merge(self, base: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
        key, at = quoted(rows.key), f"TIMESTAMP '{utc_now()}'"
        sets = ", ".join(f"{quoted(name)} = i.{quoted(name)}" for name in rows.columns)
        names = ", ".join(map(quoted, (rows.key, *rows.columns)))
        known = f"SELECT {key} FROM {table}"
        base.execute(f"CREATE TEMP TABLE fresh AS SELECT * FROM incoming WHERE {key} NOT IN ({known})")
        base.execute(f"UPDATE {table} t SET {sets}, {PUSHED_AT} = {at} FROM incoming i WHERE t.{key} = i.{key}")
        base.execute(f"INSERT INTO {table} ({names}, {PUSHED_AT}) SELECT {names}, {at} FROM fresh")

    def _columns(self, base: duckdb.DuckDBPyConnection) -> list[str]:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
        return [row[0] for row in base.execute(sql, [self.schema, self.name]).fetchall()]

    @contextmanager
    def _base(self, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """What is not committed as it is closed was never there."""
        try:
            with duckdb.connect(str(self.file), read_only=read_only) as base:
                yield base
        except duckdb.Error as error:
            said = str(error).partition("\n")[0].rstrip(".")
            raise AccountlensError(
                f"{self.shown} cannot be written: {said}. Nothing was written.", self.where
            ) from None
