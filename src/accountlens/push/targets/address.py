"""`URL#table`, taken apart; what is missing in an existing table, in words."""

from __future__ import annotations

import re
from collections.abc import Collection

from accountlens.errors import AccountlensError
from accountlens.push.rows import Rows

NAME = re.compile(r"(?:(?P<schema>\w+)\.)?(?P<table>\w+)")
PUSHED_AT = "pushed_at"
PASSWORD = re.compile(r"(://[^:/@]*):[^@/]*@")


def taken_apart(to: str, where: str) -> tuple[str, str | None, str]:
    """The URL, the schema and the table."""
    url, sign, name = to.rpartition("#")
    found = NAME.fullmatch(name) if sign else None
    if found is None:
        what = "A target in a database names its table behind the URL."
        raise AccountlensError(what, where, "Write URL#table or URL#schema.table.")
    return url, found["schema"], found["table"]


def without_password(to: str) -> str:
    """As it may be shown and kept, also where somebody wrote its password down."""
    return PASSWORD.sub(r"\1:***@", to)


def refuse_lacking(rows: Rows, there: Collection[str], shown: str, where: str) -> None:
    """An existing table is never altered."""
    lacks = [name for name in (rows.key, *rows.columns, PUSHED_AT) if name not in there]
    if lacks:
        what = f"The table {shown} has no column {', '.join(lacks)}."
        raise AccountlensError(what, where, "Add it there, or name a table that is not there yet: it is made.")
