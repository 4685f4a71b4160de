"""How far a change of the rows a fact is made from reaches into its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reach:
    """What a fact file says of itself under `reach`, so that a refresh makes anew only what a change can touch.

    The fact's rows fall into parts (`by`) that are made from events of the same part alone. In a part, a row that is
    `settled` before the first change stays, and all others can be made from events no older than `back` days before
    it and before the first of them.
    """

    events: Mapping[str, str] = field(default_factory=dict)  # table → the column that says when
    only: Mapping[str, str] = field(default_factory=dict)  # table → SQL: which of its rows bear on the fact at all
    grows: bool = False  # a part that lost events is made anew as a whole: the fact can only follow those that come
    by: str = "account_id"  # SQL over the fact's rows
    by_events: str = ""  # SQL over the events' rows, where it is another
    lookups: Mapping[str, str] = field(default_factory=dict)  # table, looked up by its key → the column that holds it
    own: tuple[str, ...] = ()  # tables whose rows bear on the part they name themselves, and on no other
    each: Mapping[str, str] = field(default_factory=dict)  # table for whose rows it has rows → SQL: since when settled
    at: str = ""  # the fact's column that says when; none: a part that changed is made anew as a whole
    settled: str = ""  # SQL over the fact's rows: nothing later has a bearing on them; NULL: never
    back: str = "0"  # SQL
    until: str = ""  # of spans: when one ends. One that the change cuts through is joined with what it was
    numbered: str = ""  # the column that counts a part's rows in the order of time: it is counted on
    looks_back: tuple[str, ...] = ()  # columns that tell of the row before; a row before the change keeps them
    merged: Mapping[str, str] | None = None  # column → aggregate of a key's old row and that of what came; else MIN
