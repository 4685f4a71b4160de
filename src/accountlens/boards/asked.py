"""What a saved view asks: the words of its page's address, read as the page in the browser reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from accountlens.boards.views import View
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked, split_apart
from accountlens.language.query import Query
from accountlens.warehouses.expand import literal

CHANGE, COURSE = ".change", ".course"  # how a column of the accounts says that it shows no value
FILTER = "f."  # before the name of a dimension whose values are kept: f.tier=A
WORD = re.compile(r"[a-z_][a-z0-9_]*")
NAMING = ("kpis", "kpi", "cols", "sort", "having", "show", "x")  # words that may name a KPI, on whatever page
Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class OfAccounts:
    """The table of accounts. `keys`: columns (`tier`, `mrr`, `mrr.change`, `mrr.course`); None: the usual ones."""

    keys: tuple[str, ...] | None
    sort: str
    search: str
    where: str | None
    having: tuple[str, ...]
    stages: tuple[str, ...]
    lists: tuple[str, ...]
    period: str
    compare: str  # with what, where something is compared


@dataclass(frozen=True)
class OfKpis:
    """A question of the explore page; `top`: only so many groups, `lowest`: those that come last."""

    query: Query
    top: int | None
    lowest: bool


def read(view: View) -> OfAccounts | OfKpis:
    """The question of a view; `AccountlensError` where its page is made of many."""
    words = _words(view.state)
    match view.page:
        case "accounts":
            return _of_accounts(words)
        case "explore":
            return _of_kpis(words)
    raise AccountlensError(f"The view '{view.name}' is of the page {view.page}, which asks no one question.")


def named_in(state: str) -> set[str]:
    """The words of an address that may name KPIs: `cols=tier,mrr.change&sort=-nps` has tier, mrr, change and nps."""
    return {word for key, told in _words(state).items() if key in NAMING for one in told for word in WORD.findall(one)}


def _of_accounts(words: Words) -> OfAccounts:
    return OfAccounts(
        tuple(_apart(words, "cols")) or None,
        _one(words, "sort") or "name",
        _one(words, "find") or "",
        _filters(words),
        tuple(_many(words, "having")),
        tuple(_many(words, "stage")),
        tuple(_many(words, "list")),
        _one(words, "period") or "last-90-days",
        _compare(words) or "previous",  # a change means the period before, unless another comparison was chosen
    )


def _of_kpis(words: Words) -> OfKpis:
    by, compare = tuple(_apart(words, "by")), _compare(words)
    conditions = filter(None, (_filters(words), _one(words, "where")))
    query = Query(
        kpis=tuple(map(parse_asked, _apart(words, "kpis"))),
        by=by,
        period=_one(words, "period") or "last-12-months",
        grain=_one(words, "grain") or ("total" if by else "month"),
        where=" and ".join(conditions) or None,
        compare=(compare,) if compare else (),
        scope=_one(words, "scope") or "all",
    )
    top = _one(words, "top") or ""
    return OfKpis(query, int(top) if top.isascii() and top.isdigit() and int(top) else None, "lowest" in words)


def _words(state: str) -> Words:
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(state.removeprefix("?")):
        found.setdefault(key, []).append(value)
    return found


def _one(words: Words, key: str) -> str | None:
    return next(iter(_many(words, key)), None)


def _many(words: Words, key: str) -> list[str]:
    return [one for one in words.get(key, ()) if one]


def _apart(words: Words, key: str) -> list[str]:
    """`a,b` and `a&…=b` are the same; commas within brackets part nothing."""
    parts = [part.strip() for text in _many(words, key) for part in split_apart(text, ",")]
    return list(dict.fromkeys(filter(None, parts)))


def _compare(words: Words) -> str | None:
    """None: with nothing."""
    said = _one(words, "compare")
    return None if said == "none" else said if said == "year-ago" else "previous"


def _filters(words: Words) -> str | None:
    """`tier in ('A', 'B') and segment in ('Enterprise')`."""
    kept = {key.removeprefix(FILTER): _many(words, key) for key in words if key.startswith(FILTER)}
    return " and ".join(f"{name} in ({', '.join(map(literal, told))})" for name, told in kept.items() if told) or None
