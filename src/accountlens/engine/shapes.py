"""Questions planned before, by their shape: what a question asks, but for the texts its `where` compares with.

One account after the other is asked the same; only the first time is the question planned and written as SQL. The next
run of the program finds it in the user's cache folder, unless the snapshot, a definition or the program changed.
"""

from __future__ import annotations

import hashlib
import pickle
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from accountlens.cache import keep, kept, stamps, unpickled
from accountlens.engine.ground import Ground
from accountlens.engine.plan import Plan
from accountlens.engine.script import Script
from accountlens.engine.where import parse_where
from accountlens.language.query import Query

Make: TypeAlias = Callable[[Query], tuple[Plan, Script]]
Readable: TypeAlias = Callable[[Plan], None]
MOST = 32  # shapes remembered: that of all KPIs at once holds about 2 MB
START, END = "\x01", "\x02"  # around the number of a text that was taken out
TEXT = r"'(?:[^']|'')*'"
# a name in quotes, the texts of a list (as one: lists of all lengths are planned alike), a text
PIECES = re.compile(rf"""("(?:[^"]|"")*")|(?<=\()\s*({TEXT}(?:\s*,\s*{TEXT})+)\s*(?=\))|({TEXT})""")
PLAIN = re.compile(r"""[^\\$\x01\x02]*\Z""")  # no other way to write a text


class Shapes:
    """What became of the newest shapes asked of one snapshot. Safe to use from several threads."""

    def __init__(self, engine: str = "duckdb") -> None:
        self.engine = engine  # in whose words the scripts are written
        self._known: OrderedDict[Hashable, tuple[Ground, Plan, Script]] = OrderedDict()
        self._lock = Lock()

    def prepare(self, query: Query, ground: Ground, gone: bool, make: Make, readable: Readable) -> tuple[Plan, Script]:
        """The question's plan and script. Of a shape not known yet, `make` gives them; the tables of every one are made
        `readable`, for several sessions share what is known."""
        shape, texts = shape_of(query)
        key = _key(shape, ground, gone)
        with self._lock:
            known = self._known.get(key)
            if known:
                self._known.move_to_end(key)
        if known is None:
            known = ground, *(self._kept(shape, ground, gone) or self._made(make, query, shape, ground, gone))
            readable(known[1])  # it may fail: then nothing is remembered
            with self._lock:
                self._known[key] = known
                if len(self._known) > MOST:
                    self._known.popitem(last=False)
        else:
            readable(known[1])
        _, plan, script = known
        return replace(plan, query=query, where=query.where), with_texts(script, texts)

    def _kept(self, shape: Query, ground: Ground, gone: bool) -> tuple[Plan, Script] | None:
        """As an earlier run of the program left it."""
        name = _name(self.engine, shape, ground, gone)
        found = unpickled(kept("questions", name)) if name else None
        return found if isinstance(found, tuple) else None

    def _made(self, make: Make, query: Query, shape: Query, ground: Ground, gone: bool) -> tuple[Plan, Script]:
        """Made now, and left for the next run."""
        if query.where:
            parse_where(query.where)  # what is faulty is told as it was asked
        found = make(shape)
        if name := _name(self.engine, shape, ground, gone):
            keep("questions", name, pickle.dumps(found))
        return found


def _name(engine: str, shape: Query, ground: Ground, gone: bool) -> str | None:
    """Equal for questions planned alike by this very program; None where the catalog is not kept between runs."""
    if not ground.catalog.key:
        return None
    stands = (
        ground.clock,
        ground.fiscal_starts,
        sorted(ground.available),
        sorted(ground.history),
        sorted(ground.untold.empty),
    )
    text = repr((ground.catalog.key, _code(), engine, shape, gone, *stands))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def _code() -> tuple[str, ...]:
    own = Path(__file__).parent
    return tuple(stamps([own.glob("*.py"), (own.parent / "warehouses").rglob("*.py")]))


def shape_of(query: Query) -> tuple[Query, tuple[str, ...]]:
    """The question with a mark in the place of each text of its `where`, and these texts as they were written."""
    where = query.where
    if not where or not PLAIN.match(where) or "--" in where or "/*" in where:
        return query, ()
    texts: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        texts.append((match[2] or match[3])[1:-1])
        return f"'{START}{len(texts) - 1}{END}'"

    return replace(query, where=PIECES.sub(mark, where)), tuple(texts)


def with_texts(script: Script, texts: tuple[str, ...]) -> Script:
    """The script of a shape, with the texts of a question put back."""
    if not texts:
        return script

    def put_back(sql: str) -> str:
        if START not in sql:
            return sql
        return re.sub(f"{START}(\\d+){END}", lambda match: texts[int(match[1])], sql)

    return script.map(put_back)


def _key(shape: Query, ground: Ground, gone: bool) -> Hashable:
    """Equal for questions planned alike. The catalog is known by its identity: the entry keeps it alive."""
    about = (
        id(ground.catalog),
        ground.clock,
        ground.fiscal_starts,
        ground.available,
        ground.history,
        ground.untold.empty,
    )
    return repr(shape), gone, about
