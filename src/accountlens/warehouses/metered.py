"""A connection that counts what crosses it: where the rows lie elsewhere, few of them are meant to come home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from accountlens.warehouses.engine import Connection


class Metered:
    """`home` and `sent`: bytes of Arrow that came and went, and `statements` that were run."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.home = self.sent = self.statements = 0

    def use(self, schema: str) -> None:
        self.connection.use(schema)

    def run(self, sql: str) -> None:
        self.statements += 1
        self.connection.run(sql)

    def arrow(self, sql: str) -> pa.Table:
        self.statements += 1
        found = self.connection.arrow(sql)
        self.home += found.nbytes
        return found

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        self.sent += rows.nbytes
        self.connection.load(schema, table, rows)

    def tables(self, schema: str) -> Mapping[str, Mapping[str, str]]:
        return self.connection.tables(schema)

    def schemas(self) -> list[str]:
        return self.connection.schemas()

    def interrupt(self) -> None:
        self.connection.interrupt()

    def close(self) -> None:
        self.connection.close()
