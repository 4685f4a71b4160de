"""Tables that are no entity we know, but speak of accounts: proposed as entities of the workspace's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from accountlens.language.tables import Column, Entity
from accountlens.sources.naming import snake_case
from accountlens.sources.proposal.choose import Choice
from accountlens.sources.proposal.detect import ISO_TIME
from accountlens.sources.proposal.knowledge import knowledge, words_of
from accountlens.sources.proposal.links import Link
from accountlens.sources.proposal.match import Affix, Pick
from accountlens.sources.proposal.model import Draft
from accountlens.sources.proposal.profile import ColumnProfile, TableProfile
from accountlens.sources.proposal.relate import key_of

PLAIN = re.compile(r"[a-z][a-z0-9_]*")


def own_drafts(
    tables: Sequence[TableProfile], entities: Mapping[str, Entity], choice: Choice, links: Sequence[Link]
) -> Iterator[Draft]:
    """Only tables whose name is not that of an entity we know; those lack something, and it is said what."""
    affix = Affix.of([table for table in tables if table.name not in entities])
    left = {item.table for item in choice.others if not item.named}
    for table in tables:
        name = affix.bare(table.name)
        link = _link(table, choice, links)
        if table.name in left and link and name not in entities and PLAIN.fullmatch(name):
            yield _draft(name, table, link)


def _link(table: TableProfile, choice: Choice, links: Sequence[Link]) -> Link | None:
    """The column that names the account."""
    for accounts in choice.drafts.get("accounts", ()):
        for link in links:
            if (link.table, link.to_table, link.to_column) == (table.name, accounts.table.name, key_of(accounts)):
                return link
    return None


def _draft(name: str, table: TableProfile, link: Link) -> Draft:
    key = next((column for column in table.columns.values() if _is_key(column)), None)
    columns = {"account_id": Column("account_id", "text", True, references="accounts")}
    picks = {
        "account_id": Pick("account_id", link.column, 1.0, f"{link.found:,} of {link.values:,} values are accounts")
    }
    for column in table.columns.values():
        if column is key:
            columns[column.name] = Column(column.name, "text", True)
        elif PLAIN.fullmatch(column.name) and _is_plain_time(column):
            columns[column.name] = Column(column.name, "date" if column.name.endswith(("_date", "_on")) else "time")
        else:
            continue
        picks[column.name] = Pick(column.name, column.name, 1.0, "the key" if column is key else "a time")
    about = f"{name.replace('_', ' ').capitalize()}, as {', '.join(table.files)} has them."
    entity = Entity(name, about, (key.name,) if key else (), columns)
    doubts = tuple(text for word, text in knowledge().beside.items() if word in words_of(name))
    why = "no entity we know; kept as a table of your own, for checks and KPIs of yours"
    return Draft(entity, table, picks, why=why, own=True, doubts=doubts)


def _is_key(column: ColumnProfile) -> bool:
    sounds = "id" in snake_case(column.name).split("_")
    return sounds and column.unique and column.complete and bool(PLAIN.fullmatch(column.name))


def _is_plain_time(column: ColumnProfile) -> bool:
    return column.is_a("time") and all(ISO_TIME.fullmatch(text.strip()) for text, _ in column.values)


def definition(entity: Entity) -> str:
    """The entity file: `entities/<name>.yaml`."""
    columns = {
        name: {"type": column.type}
        | ({"required": True} if column.required else {})
        | ({"references": column.references} if column.references else {})
        for name, column in entity.columns.items()
    }
    note = "# A table of your own, proposed by 'accountlens init'. Columns not listed here are kept as dimensions.\n"
    text = yaml.safe_dump({"about": entity.about}, allow_unicode=True, default_flow_style=False, width=110)
    text += f"key: [{', '.join(entity.key)}]\n" if entity.key else ""
    lines = [f"  {name}: {{{', '.join(f'{k}: {_word(v)}' for k, v in how.items())}}}" for name, how in columns.items()]
    return note + text + "columns:\n" + "\n".join(lines) + "\n"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
