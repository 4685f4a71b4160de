"""The same questions, asked where the rows lie: of the tables that a refresh left in the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING

from accountlens.engine.session import OPENED
from accountlens.errors import AccountlensError
from accountlens.open_snapshot import OpenSnapshot, built
from accountlens.workspace.asking import Asking

if TYPE_CHECKING:
    from accountlens.engine.warehouse_session import WarehouseSession
    from accountlens.store import Snapshot
    from accountlens.warehouses.engine import Connection, Engine

NOT_HIS = "You see some of the accounts only, and in the warehouse the rows of all are read."
ASK_ANOTHER = "Ask somebody who sees every account."


class Remotely(Asking):
    """A workspace asked in its warehouse; `remotely` makes one."""

    def __init__(self, asking: Asking, engine: Engine, connection: Connection) -> None:
        super().__init__(asking.folder)
        self.asking, self.engine, self.connection = asking, engine, connection
        self._made: dict[str, WarehouseSession] = {}  # snapshot → what asks its tables

    def opened(self, snapshot: str | None = None) -> OpenSnapshot:
        """As it lies here: whatever is no question about KPIs is read from what is here."""
        return self.asking.opened(snapshot)

    def far(self, snapshot: str | None = None) -> OpenSnapshot:
        """As it is read in the warehouse, all rows of it."""
        return self._open(snapshot)

    def _snapshot(self, name: str | None) -> Snapshot:
        return self.asking._snapshot(name)

    def _open(self, name: str | None) -> OpenSnapshot:
        opened = self.asking.opened(name)
        if opened.snapshot.id not in self._made:
            self._made[opened.snapshot.id] = self._session(opened)
        return replace(opened, session=self._made[opened.snapshot.id])

    def _session(self, opened: OpenSnapshot) -> WarehouseSession:
        """What a question makes lies in a schema of its own; the snapshot's tables are views there."""
        from accountlens.engine.warehouse_session import WarehouseSession
        from accountlens.models.modelled import fit_periods
        from accountlens.warehouses.expand import quoted

        snapshot, catalog, engine = opened.snapshot, opened.catalog, self.engine
        told = snapshot.info.get("remote")
        if told is None or told["schema"] not in self.connection.schemas():
            what = f"The rows of snapshot {snapshot.id} are not in the warehouse."
            raise AccountlensError(what, mend="They are there for the two newest snapshots of a workspace with one.")
        current = built(catalog, snapshot, told["tables"])
        there = {name: f"SELECT * FROM {quoted(told['schema'])}.{quoted(name)}" for name in current}
        schema = f"{told['schema']}_{token_hex(3)}"
        self.connection.run(engine.make_schema.format(engine.named(schema)))
        told = engine, self.connection, schema, there, catalog
        session = WarehouseSession(*told, self.house.time_zone, snapshot.as_of, fit_periods)
        session.here = opened.session
        return session

    def close(self) -> None:
        """Remove what was made; what is open here is closed by who opened it."""
        for session in self._made.values():
            self.connection.run(self.engine.drop_schema.format(self.engine.named(session.schema)))
        self._made.clear()


@contextmanager
def remotely(asking: Asking) -> Iterator[Remotely]:
    """The workspace as it is asked in its warehouse; `AccountlensError` where it has none."""
    from accountlens.refresh.remote.place import WHERE, reached

    if asking.seen is not None:
        raise AccountlensError(NOT_HIS, mend=ASK_ANOTHER)
    if asking.settings.warehouse is None:
        raise AccountlensError("This workspace has no warehouse.", WHERE, "Write: warehouse: postgresql://...")
    with reached(asking.folder, asking.settings) as (engine, connection):
        if (opened := OPENED.get()) is not None:
            opened.append(connection)
        found = Remotely(asking, engine, connection)
        try:
            yield found
        finally:
            found.close()
