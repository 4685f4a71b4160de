"""What is due: each time a schedule names, once, for each recipient; what was missed is told, not sent in a flood."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accountlens.delivery.log import Status
from accountlens.delivery.plans import Delivery, deliveries
from accountlens.delivery.recipients import Recipient
from accountlens.language.recurrence import Recurrence
from accountlens.language.schedule import parse_span
from accountlens.people.secret import new_id
from accountlens.store import Store
from accountlens.workspace import Workspace

if TYPE_CHECKING:
    from accountlens.store.delivery_rows import SendingRow

LOOKED_BACK = timedelta(days=40)  # as far as missed times are counted one by one
EVERYBODY = Recipient("all", "")


@dataclass(frozen=True)
class Calendar:
    """What schedules without a zone of their own are read by."""

    zone: ZoneInfo
    year_starts: int

    def next_of(self, one: Delivery) -> datetime:
        """When it is due next, having been seen to until `done_until`."""
        return next(one.recurrence.after(one.done_until, self.zone, self.year_starts))

    def coming(self, recurrence: Recurrence, count: int, now: datetime) -> list[datetime]:
        """When it comes next, so often; fewer where the calendar ends."""
        with suppress(ValueError):
            return list(islice(recurrence.after(now, self.zone, self.year_starts), count))
        return []

    def zone_of(self, recurrence: Recurrence) -> str:
        """The zone whose clock it goes by."""
        return (recurrence.zone or self.zone).key

    def missed(self, one: Delivery, now: datetime) -> list[datetime]:
        """The times it was due since then, in order; of many, those of late."""
        if self.next_of(one) > now:
            return []
        lately = one.recurrence.between(
            max(one.done_until, now - LOOKED_BACK), now, self.zone, self.year_starts
        )  # fmt: skip
        return lately or one.recurrence.between(one.done_until, now, self.zone, self.year_starts)


def calendar_of(workspace: Workspace) -> Calendar:
    return Calendar(ZoneInfo(workspace.house.time_zone), workspace.house.fiscal_year_starts)


def plan(workspace: Workspace, once: dict[str, bool], now: datetime) -> None:
    """Note for everybody what is due by now, to be sent. Cut off anywhere, each time is noted once.

    `once`: by channel, whether it sends at most once; a channel that is not known is taken for one that does.
    """
    grace = parse_span(workspace.settings.delivery.grace)
    calendar = calendar_of(workspace)
    for one in deliveries(workspace.store):
        if not one.paused and (moments := calendar.missed(one, now)):
            _note(workspace.store, one, moments, now, grace, once.get(one.channel, True))


def _note(store: Store, one: Delivery, moments: list[datetime], now: datetime, grace: timedelta, once: bool) -> None:
    from sqlalchemy import update

    from accountlens.store.delivery_rows import DeliveryRow

    newest, late = moments[-1], now - moments[-1] > grace
    gone = moments if late else moments[:-1]
    with store.state.session("note what is due") as session:
        asked = update(DeliveryRow).where(DeliveryRow.id == one.id, DeliveryRow.done_until == one.done_until)
        if not session.execute(asked.values(done_until=newest)).rowcount:  # type: ignore[attr-defined]
            return
        if gone:
            session.add(_skipped(one, gone, late, once))
        if not late:
            session.add_all(sendings_of(one, one.recipients, newest, now, once))


def _skipped(one: Delivery, gone: list[datetime], late: bool, once: bool) -> SendingRow:
    missed = "Nothing ran when it was due" if len(gone) == 1 else f"Nothing ran the {len(gone)} times it was due"
    rest = "it is too late now." if late else "the newest is sent in their place."
    return _row(
        one, EVERYBODY, gone[-1], once, Status.SKIPPED, f"{missed}, from {gone[0]:%Y-%m-%d %H:%M} UTC on; {rest}"
    )


def sendings_of(
    one: Delivery, to: Iterable[Recipient], due_at: datetime, now: datetime, once: bool
) -> list[SendingRow]:
    """Rows of the log for each recipient, waiting to be sent."""
    rows = [_row(one, each, due_at, once, Status.WAITING, "") for each in to]
    for row in rows:
        row.next_try_at = now
    return rows


def _row(one: Delivery, to: Recipient, due_at: datetime, once: bool, status: Status, detail: str) -> SendingRow:
    from accountlens.store.delivery_rows import SendingRow

    row = SendingRow(id=new_id("msg_"), delivery_id=one.id, name=one.name, channel=one.channel, due_at=due_at)
    row.recipient, row.audience, row.once, row.status = to.key, to.audience, once, status.value
    row.tries, row.detail = 0, detail
    return row
