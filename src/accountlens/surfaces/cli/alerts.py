"""`accountlens alerts`, `snooze`, `ack`: what is to be looked at now, and what people do with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from accountlens.alerts import listing, snoozing
from accountlens.alerts.kept import rules
from accountlens.engine.account_page import find_account
from accountlens.language import numbers
from accountlens.language.instants import parse_instant
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.users import me

if TYPE_CHECKING:
    from accountlens.alerts.listing import Alert, Group
    from accountlens.workspace import Workspace

USUAL_DAYS = 7


def show(workspace: Workspace, account: str | None, rule: str | None, every: bool, as_json: bool) -> None:
    states = ("open", "acknowledged", "resolved") if every else listing.LIVE
    found = listing.alerts(workspace, states=states, account_id=_id(workspace, account), rule=rule,
                           snoozed=None if every else False)  # fmt: skip
    if as_json:
        messages.write(json.dumps([asdict(one) for one in found], indent=1, default=datetime.isoformat))
        return
    for group in listing.grouped(found):
        messages.show(_head(group), *(Padding(_line(one, workspace), (0, 0, 0, 2)) for one in group.alerts), Text())
    accounts = len({(one.whose.each, one.whose.subject) for one in found})
    what = f"{numbers.count(len(found), 'alert')} about {numbers.count(accounts, 'account')}" if found else "No alert."
    messages.show(Text(what, style="bold"))
    _hints(workspace, bool(found))


def show_held(workspace: Workspace, account: str | None, rule: str | None, as_json: bool) -> None:
    found = listing.held_back(workspace, rule, _id(workspace, account))
    if as_json:
        messages.write(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        messages.show(Text.assemble((one.whose.name, "bold"), (f"  {one.label}: ", "cyan"), one.why))
    messages.show(Text(f"{len(found):,} held back by the last check", style="bold"))


def snooze(workspace: Workspace, what: str, until: str | None, days: int | None, wake: bool) -> None:
    zone = workspace.house.time_zone
    moment = parse_instant(until, zone) if until else utc_now() + timedelta(days=days or USUAL_DAYS)
    end = None if wake else moment
    if what in {one.id for one in listing.alerts(workspace, states=("open", "acknowledged", "resolved"), snoozed=None)}:
        snoozing.snooze_alert(workspace.store, None, me(), what, end)
        called = "The alert"
    else:
        account = find_account(what, workspace.opened().session)
        snoozing.snooze_account(workspace.store, None, me(), account["account_id"], end)
        called = str(account["name"] or account["account_id"])
    messages.show(
        Text(f"{called} is spoken of again" + ("." if end is None else f" from {show_moment(end, zone)} on."))
    )


def acknowledge(workspace: Workspace, ids: Sequence[str]) -> None:
    for id_ in ids:
        snoozing.acknowledge(workspace.store, None, me(), id_)
    messages.show(Text(f"{numbers.count(len(ids), 'alert')} acknowledged."))


def _id(workspace: Workspace, account: str | None) -> str | None:
    if account is None:
        return None
    found: str = find_account(account, workspace.opened().session)["account_id"]
    return found


def _head(group: Group) -> Text:
    whose = group.whose
    told = [f"tier {whose.tier}" if whose.tier else "", whose.owner or ("no owner" if whose.account_id else "")]
    return Text.assemble((whose.name, "bold"), ("  " + ", ".join(filter(None, told)), "dim"))


def _line(one: Alert, workspace: Workspace) -> Text:
    since = f"  since {show_moment(one.opened_at, workspace.house.time_zone)}  {one.id}"
    people = ", ".join(person["name"] for person in one.people)
    text = Text.assemble((one.label, "yellow"), (_state(one, workspace), "magenta"), (since, "dim"), "\n", one.why)
    text.append(f" ({people})" if people else "")
    text.append(f"\n→ {one.next_step}", "cyan")
    return text


def _state(one: Alert, workspace: Workspace) -> str:
    if one.snoozed_until:
        return f"  snoozed until {show_moment(one.snoozed_until, workspace.house.time_zone)}"
    return "" if one.state == "open" else f"  {one.state}"


def _hints(workspace: Workspace, any_found: bool) -> None:
    kept: Any = rules(workspace.store)
    if not kept:
        messages.tell(messages.hint("There is no rule yet; some to begin with:", "accountlens alerts offers"))
    elif not any(one.is_on for one in kept):
        messages.tell(messages.hint("No rule is on.", "accountlens alerts on RULE"))
    elif any_found:
        messages.tell(messages.hint("What was held back, and why:", "accountlens alerts --held"))
