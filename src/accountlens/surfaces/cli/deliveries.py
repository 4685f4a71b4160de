"""`accountlens deliveries`: what is sent by itself, tried, changed, sent now, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.delivery import log as book
from accountlens.delivery import plans
from accountlens.delivery.channel import read_channels
from accountlens.delivery.drafting import drafted
from accountlens.delivery.log import PROBLEMS, Sending, Status
from accountlens.delivery.parcel import Parcel
from accountlens.delivery.plans import Draft
from accountlens.delivery.sending import deliver_due, preview, send_now
from accountlens.delivery.telling import told_delivery, told_sending
from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.records import record_sheet
from accountlens.surfaces.cli.refresh import IN_PART
from accountlens.surfaces.cli.sheet import draw
from accountlens.surfaces.cli.users import me

if TYPE_CHECKING:
    from accountlens.workspace import Workspace


def deliveries(workspace: Workspace, as_json: bool) -> None:
    found = [told_delivery(workspace, one) for one in plans.deliveries(workspace.store)]
    if as_json:
        _write(found)
    elif not found:
        start = "accountlens deliveries add NAME kpis --at 'every Monday 08:00' --by CHANNEL --to WHO"
        messages.tell(messages.hint("Nothing is sent by itself yet.", start))
    else:
        rows = [
            (one["name"], one["kind"], one["schedule"], one["channel"], ", ".join(who["who"] for who in one["to"]),
             one["next"], one["last"]["status"] if one["last"] else None)
            for one in found
        ]  # fmt: skip
        _show(workspace, ("name", "kind", "when", "by", "to", "next", "last"), rows)
    if waiting := book.problems(workspace.store):
        what = f"{numbers.count(len(waiting), 'sending')} that came to nothing, or may have:"
        messages.tell(messages.hint(what, "accountlens deliveries problems"))


def add(
    workspace: Workspace,
    name: str,
    kind: str,
    at: str | None,
    by: str | None,
    to: Sequence[str] | None,
    audience: str | None,
    options: Sequence[str] | None,
    is_open: bool,
) -> None:
    if at is None or by is None:
        mend = "--at 'every Monday 08:00' --by CHANNEL; 'accountlens deliveries channels' lists them."
        raise AccountlensError("A delivery needs a time and a channel.", mend=mend)
    draft = drafted(
        workspace, name=name, kind=kind, options=_options(options), schedule=at, channel=by, to=to, audience=audience,
        is_open=is_open,
    )  # fmt: skip
    plans.add(workspace.store, me(), draft)
    _tell(workspace, name)


def change(
    workspace: Workspace,
    which: str,
    name: str | None,
    at: str | None,
    by: str | None,
    to: Sequence[str] | None,
    audience: str | None,
    options: Sequence[str] | None,
    is_open: bool | None,
) -> None:
    known = plans.require_delivery(workspace.store, which)
    draft = drafted(
        workspace, known, name=name, options=_options(options) if options else None, schedule=at, channel=by, to=to,
        audience=audience, is_open=is_open,
    )  # fmt: skip
    plans.change(workspace.store, me(), known.id, draft)
    _tell(workspace, known.id)


def pause(workspace: Workspace, which: str, *, paused: bool) -> None:
    known = plans.require_delivery(workspace.store, which)
    plans.change(workspace.store, me(), known.id, Draft(paused=paused))
    _tell(workspace, known.id)


def remove(workspace: Workspace, which: str) -> None:
    known = plans.require_delivery(workspace.store, which)
    plans.remove(workspace.store, me(), known.id)
    messages.show(Text(f"'{known.name}' is sent no more."))


def run(workspace: Workspace, which: str, dry_run: bool, as_json: bool) -> int:
    """IN_PART where something did not arrive."""
    one = plans.require_delivery(workspace.store, which)
    if dry_run:
        _show_preview(workspace, which, as_json)
        return 0
    return _outcome(workspace, send_now(workspace, one), as_json)


def log(workspace: Workspace, limit: int, as_json: bool) -> None:
    _list(workspace, book.sendings(workspace.store, limit=limit), as_json, "Nothing was sent yet.")


def problems(workspace: Workspace, as_json: bool) -> None:
    found = book.problems(workspace.store)
    _list(workspace, found, as_json, "Nothing needs a look.")
    if found and not as_json:
        messages.tell(messages.hint("Send one again, or leave it:", "accountlens deliveries retry ID   or   drop ID"))


def retry(workspace: Workspace, id_: str, even_if_sent: bool) -> int:
    """IN_PART where it came to nothing again."""
    book.try_again(workspace.store, me(), id_, even_if_sent=even_if_sent)
    deliver_due(workspace, wait_seconds=60)
    return _outcome(workspace, [book.require_sending(workspace.store, id_)], False)


def drop(workspace: Workspace, id_: str) -> None:
    book.drop(workspace.store, me(), id_)
    messages.show(Text(f"{id_} is left at that."))


def channels(workspace: Workspace, as_json: bool) -> None:
    found = [
        {"name": name, "type": one.settings.type, "addressed": one.kind.ADDRESSED,
         "promise": "at most once" if one.kind.ONCE else "at least once"}
        for name, one in read_channels(workspace.folder, workspace.settings).items()
    ]  # fmt: skip
    if as_json:
        _write(found)
    elif not found:
        messages.tell(messages.hint("There is no channel yet; docs/delivery.md shows how to write one."))
    else:
        rows = [(one["name"], one["type"], "each recipient" if one["addressed"] else "one place", one["promise"])
                for one in found]  # fmt: skip
        _show(workspace, ("name", "type", "leads to", "sends"), rows)


def _tell(workspace: Workspace, which: str) -> None:
    """What is kept now, when it comes next, and what would go to whom."""
    told = told_delivery(workspace, plans.require_delivery(workspace.store, which))
    moment = show_moment(told["next"], workspace.house.time_zone) if told["next"] else "never: it is paused"
    messages.show(Text(f"'{told['name']}', {told['schedule']}, by {told['channel']}. Next: {moment}."))
    for one in told["to"]:
        messages.show(Text(f"  {one['who']}: {one['audience']}" + (f" ({one['why']})" if one["why"] else "")))


def _show_preview(workspace: Workspace, which: str, as_json: bool) -> None:
    one = plans.require_delivery(workspace.store, which)
    found = preview(workspace, one)
    if as_json:
        _write([{"who": reader.who, "audience": reader.audience, **_content(what)} for reader, what in found])
        return
    messages.tell(messages.note("Nothing is sent: this is what would be."))
    for reader, what in found:
        told = _content(what)
        head = (f"{reader.who}, of {reader.audience}: ", "bold")
        messages.show(Text.assemble(head, str(told.get("subject", told.get("why")))))
        if isinstance(what, Parcel):
            messages.show(Text(what.text))
            messages.show(Text(f"files: {', '.join(told['files']) or 'none'}", style="dim"))


def _content(what: Parcel | str | None) -> dict[str, Any]:
    """What a parcel holds, or why there is none."""
    if not isinstance(what, Parcel):
        return {"why": what or "There is nothing to tell."}
    return {"subject": what.subject, "files": [one.name for one in what.attachments], "text": what.text}


def _outcome(workspace: Workspace, found: Sequence[Sending], as_json: bool) -> int:
    _list(workspace, found, as_json, "Nothing was sent.")
    return IN_PART if any(one.status in (*PROBLEMS, Status.WAITING) for one in found) else 0


def _list(workspace: Workspace, found: Sequence[Sending], as_json: bool, none: str) -> None:
    told = [told_sending(workspace, one) for one in found]
    if as_json:
        _write(told)
    elif not told:
        messages.show(Text(none))
    else:
        keys = ("id", "due_at", "name", "who", "channel", "status")
        _show(workspace, ("id", "due", "name", "to", "by", "status"), [tuple(one[key] for key in keys) for one in told])
        messages.show(*(Text(f"{one['id']}: {one['detail']}") for one in told if one["detail"] and not _went(one)))


def _went(told: dict[str, Any]) -> bool:
    return bool(told["status"] == Status.SENT)


def _options(told: Sequence[str] | None) -> dict[str, Any]:
    found = {}
    for one in told or ():
        key, equals, value = one.partition("=")
        if not equals:
            raise AccountlensError(f"'{one}' sets nothing.", mend="Write --set kpis=win_rate,nps")
        found[key.strip()] = value.strip()
    return found


def _show(workspace: Workspace, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    messages.show(*draw(record_sheet(columns, rows, workspace.house.time_zone), messages.page().width))


def _write(told: Any) -> None:
    messages.write(json.dumps(told, indent=1, default=lambda value: f"{value.isoformat()}Z"))
