"""What somebody is to be told: alerts that are new to him, routed to him, of accounts he sees; each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from accountlens.alerts.listing import Alert, Group, alerts, grouped
from accountlens.alerts.quiet import quiet_until
from accountlens.alerts.staff import Staff
from accountlens.people.viewer import Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows
from accountlens.workspace.asking import Asking

MOST = 20  # accounts told one by one; of more, how many


@dataclass(frozen=True)
class News:
    """What one recipient is to be told now. `keys`: by which it is remembered that he was, one for each alert.

    `html` is a part to be put into a page, without head and body; it fetches nothing.
    """

    groups: Sequence[Group]
    keys: Sequence[str]
    subject: str
    text: str
    html: str


def news_for(
    workspace: Asking,
    viewer: Viewer | None,
    reader: str | None = None,
    now: datetime | None = None,
    address: str | None = None,
) -> News | None:
    """What is to be told to him now, or None: nothing new, or quiet hours.

    `workspace` is the one narrowed to his accounts (`seen_by`). Without a viewer it is for a place whose readers see
    what the workspace shows: whoever is to be told. `reader` is by which way he is told, each for itself.
    `address`: where the application is served, for links.
    Told again until `mark_told` keeps its keys.
    """
    at = now or utc_now()
    if quiet_until(at, workspace.settings.alerts, ZoneInfo(workspace.house.time_zone)):
        return None
    told = {row[0] for row in read_rows(workspace.store.database, "alert_tellings", ("key",), order="key", limit=-1)}
    staff, by = Staff(workspace), reader or (viewer.id if viewer else "")
    fresh = [
        one for one in alerts(workspace, states=("open",), now=at)
        if key_of(one.id, by) not in told and (viewer is None or staff.is_for(one, viewer))
    ]  # fmt: skip
    if not fresh:
        return None
    groups = grouped(fresh)
    return News(groups, [key_of(one.id, by) for one in fresh], _subject(groups), _text(groups, address),
                _html(groups, address))  # fmt: skip


def mark_told(store: Store, keys: Iterable[str], now: datetime | None = None) -> None:
    """Remember that these were told; done again, nothing changes."""
    from accountlens.store.tables import AlertTellingRow

    at, keys = now or utc_now(), list(keys)
    if not keys:
        return
    with store.state.session("remember what was told") as session:
        for key in keys:
            if session.get(AlertTellingRow, key) is None:
                session.add(AlertTellingRow(key=key, told_at=at))


def key_of(alert: str, reader: str) -> str:
    """The same for an alert and a reader, however often it is tried."""
    return f"{alert}-{hashlib.sha256(reader.encode()).hexdigest()[:24]}"


def _subject(groups: Sequence[Group]) -> str:
    names = [one.whose.name for one in groups[:2]]
    more = f" and {len(groups) - 2} more" if len(groups) > 2 else ""
    count = sum(len(one.alerts) for one in groups)
    return f"{count} alert{'' if count == 1 else 's'}: {', '.join(names)}{more}"


def _text(groups: Sequence[Group], address: str | None) -> str:
    lines = list[str]()
    for group in groups[:MOST]:
        tier = f" (tier {group.whose.tier})" if group.whose.tier else ""
        lines += [f"{group.whose.name}{tier}"]
        for one in group.alerts:
            lines += [f"  - {_said(one)}", f"    Next: {one.next_step}"]
        lines += [f"  {link}", ""] if (link := _link(group, address)) else [""]
    return "\n".join([*lines, *_rest(groups)]).rstrip() + "\n"


def _html(groups: Sequence[Group], address: str | None) -> str:
    parts = list[str]()
    for group in groups[:MOST]:
        name, link = escape(group.whose.name), _link(group, address)
        title = f'<a href="{escape(link)}">{name}</a>' if link else name
        told = (f"<li>{escape(_said(one))}<br><em>Next: {escape(one.next_step)}</em></li>" for one in group.alerts)
        parts.append(f"<h3>{title}</h3><ul>{''.join(told)}</ul>")
    return "".join([*parts, *(f"<p>{escape(line)}</p>" for line in _rest(groups))])


def _said(one: Alert) -> str:
    people = ", ".join(person["name"] for person in one.people)
    return f"{one.label}: {one.why}{f' ({people})' if people else ''}"


def _rest(groups: Sequence[Group]) -> list[str]:
    return [f"{len(groups) - MOST} more accounts have alerts."] if len(groups) > MOST else []


def _link(group: Group, address: str | None) -> str | None:
    if not address or group.whose.account_id is None:
        return None
    from urllib.parse import quote

    return f"{address.rstrip('/')}/accounts/{quote(group.whose.account_id, safe='')}"
