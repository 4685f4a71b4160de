"""A target split over owners, tiers, months …, and gathered back; what is not given to anybody is the remainder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from accountlens.errors import AccountlensError
from accountlens.language.kpi import Kpi
from accountlens.language.periods import range_text
from accountlens.language.query import Query
from accountlens.targets.book import Targets
from accountlens.targets.kept import version
from accountlens.targets.nature import adds_up, nature_of
from accountlens.targets.spans import back, grain_of, months_in, span_of
from accountlens.targets.splitting import rounded, step_of, weighed
from accountlens.targets.target import COMPANY, Absolute, Scope, Span, Target

How = Literal["last-year", "evenly", "weights"]
# Whose parts lie whole in it: what a target of a scope can be split over, beside the months of its period.
BELOW: Final = {
    COMPANY: ("team", "owner", "tier", "segment", "account"),
    "team": ("owner", "account"),
    "owner": ("account",),
    "tier": ("account",),
    "segment": ("account",),
    "account": (),
}
MOST_PARTS: Final = 500


@dataclass(frozen=True)
class Part:
    """`base`: its figure a year ago. `value` None: it is given nothing. `before`: its target so far."""

    scope: Scope
    span: Span
    name: str
    base: float | None
    share: float | None
    value: float | None
    before: Target | None


@dataclass(frozen=True)
class Cascade:
    """`total` is what the target amounts to: `given` to the parts, and the `remainder`.

    `added`: the parts add up; else each is handed the target itself, and there is no remainder. `elsewhere`: what the
    figure of a year ago holds beyond those of the parts. `said`: what whoever splits should know.
    """

    parent: Target
    over: str
    how: str
    total: float | None
    added: bool
    parts: Sequence[Part]
    given: float | None
    remainder: float | None
    elsewhere: float | None
    said: Sequence[str]


def split(
    book: Targets, id_: str, over: str, how: How = "last-year",
    weights: Mapping[str, float] | None = None, among: Sequence[str] = (),
) -> Cascade:  # fmt: skip
    """What a target would be split into; nothing is kept. `AccountlensError` where it cannot be split so."""
    parent = book.one(id_)
    kpi, total = book.kpi(parent), _total(book, parent)
    weights = _meant(book, over, weights or {})
    places = _places(book, parent, over, list(weights or among), kpi)
    names = _names(places, over, weights, parent)
    bases, elsewhere = _bases(book, parent, places)
    before = {one.key: one for one in book.all()}
    said = list[str]()
    if nature_of(kpi) == "rate":
        values: list[float | None] = [total for _ in places]
        shares: list[float | None] = [None for _ in places]
        said.append(f"{kpi.name} does not add up over its parts: each is handed the same target.")
    else:
        shares = weighed(how, names, bases, weights)
        values = rounded(total, shares, step_of(kpi.unit))
        said += _doubts(kpi, shares, over, how)
    parts = [
        Part(
            scope, span, _name(book, scope, span, over), base, share, value, before.get((parent.kpi, scope, span.days))
        )
        for (scope, span), base, share, value in zip(places, bases, shares, values, strict=True)
    ]
    given = None if nature_of(kpi) == "rate" else round(sum(value or 0.0 for value in values), 9)
    remainder = None if given is None else round(total - given, 9)
    return Cascade(parent, over, how, total, given is not None, parts, given, remainder, elsewhere, said)


def gathered(book: Targets, id_: str, over: str) -> Cascade:
    """The parts that are set by now beneath a target, their sum, and what it is short of or beyond the target."""
    parent = book.one(id_)
    kpi, places = book.kpi(parent), _places(book, parent, over, (), book.kpi(parent))
    before = {one.key: one for one in book.all()}
    found = [before.get((parent.kpi, scope, span.days)) for scope, span in places]
    amounts = book.worths([one for one in found if one])
    values = [amounts[one.number].value if one else None for one in found]
    total = book.worths([parent])[parent.number].value if parent.amount is not None else None
    added = nature_of(kpi) != "rate"
    given = round(sum(value or 0.0 for value in values), 9) if added else None
    parts = [
        Part(scope, span, _name(book, scope, span, over), None, None, value, one)
        for (scope, span), value, one in zip(places, values, found, strict=True)
    ]
    lacking = sum(one is None for one in found)
    said = [f"{lacking} of {len(found)} have no target."] if lacking else []
    remainder = round(total - given, 9) if added and total is not None and given is not None else None
    return Cascade(parent, over, "gathered", total, added, parts, given, remainder, None, said)


def apply(book: Targets, cascade: Cascade, author: str | None, note: str = "") -> list[Target]:
    """Keep the parts as targets; those that are given nothing stay as they are."""
    wanted = [
        version(cascade.parent.kpi, part.scope, part.span, Absolute(part.value), author, note, None, cascade.parent.id)
        for part in cascade.parts
        if part.value is not None
    ]
    book.check(wanted)
    return book.keep(wanted)


def gather(book: Targets, cascade: Cascade, author: str | None, note: str = "") -> Target:
    """Set the target to what its parts add up to."""
    if cascade.given is None or not any(part.before for part in cascade.parts):
        what = "No part has a target." if cascade.added else f"{cascade.parent.kpi} does not add up over its parts."
        raise AccountlensError(what, mend="Set it directly.")
    old = cascade.parent
    return book.keep([version(old.kpi, old.scope, old.span, Absolute(cascade.given), author, note)])[0]


def _meant(book: Targets, over: str, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Weights by the ids of those who are named."""
    if over in ("month", "quarter"):
        return weights
    return {book.scopes.find(Scope(over, name)).value: weight for name, weight in weights.items()}


def _total(book: Targets, parent: Target) -> float:
    if parent.amount is None:
        raise AccountlensError(f"The target for {parent} is retired.", mend="Set it anew first.")
    worth = book.worths([parent])[parent.number]
    if worth.value is None:
        raise AccountlensError(f"What the target for {parent} amounts to is not known: {worth.why}")
    return worth.value


def _places(book: Targets, parent: Target, over: str, among: Sequence[str], kpi: Kpi) -> list[tuple[Scope, Span]]:
    if over in ("month", "quarter"):
        return [(parent.scope, span) for span in _spans(book, parent, over, kpi)]
    if over not in BELOW[parent.scope.kind]:
        can = (*BELOW[parent.scope.kind], *(() if grain_of(parent.span) == "month" else ("month",)))
        mend = f"It can be split over: {', '.join(can)}." if can else None
        raise AccountlensError(f"A target of {parent.scope} cannot be split over '{over}'.", mend=mend)
    inside = None if parent.scope.kind == COMPANY else book.scopes.accounts[parent.scope.kind][parent.scope.value]
    there = book.scopes.accounts[over]
    members = [book.scopes.find(Scope(over, one)).value for one in among] or sorted(there)
    members = [one for one in members if inside is None or there.get(one, frozenset()) <= inside]
    if not 0 < len(members) <= MOST_PARTS:
        what = f"{len(members)} {over}s lie in {parent.scope}: 1 to {MOST_PARTS} can be given a part."
        raise AccountlensError(what, mend="Name those who are meant.")
    return [(book.fitting.scope(str(Scope(over, one)), kpi), parent.span) for one in members]


def _spans(book: Targets, parent: Target, grain: str, kpi: Kpi) -> list[Span]:
    if nature_of(kpi) == "stock":
        what = f"{kpi.name} stands at the end of a period: that of {parent.span.label} is that of its last {grain}."
        raise AccountlensError(what, mend=f"Set targets for each {grain} directly.")
    fiscal = parent.span.label.startswith("FY")
    found = [span_of(start, end, book.fiscal_starts, fiscal) for start, end in months_in(parent.span, grain)]
    if len(found) < 2:
        raise AccountlensError(f"{parent.span.label} consists of no {grain}s.", mend="Split a quarter or a year.")
    return [span for span in found if span]


def _bases(
    book: Targets, parent: Target, places: Sequence[tuple[Scope, Span]]
) -> tuple[list[float | None], float | None]:
    """The figures of a year ago, and what the whole had beyond them."""
    keys = [(parent.kpi, scope, range_text(back(span, 12))) for scope, span in places]
    whole = parent.kpi, parent.scope, range_text(back(parent.span, 12))
    found = book.figures([*keys, whole], Query((), snapshot=book.opened.snapshot.id))
    bases, all_ = [found[key].value for key in keys], found[whole].value
    rest = (
        None
        if all_ is None or None in bases or not adds_up(book.kpi(parent))
        else round(all_ - sum(base or 0.0 for base in bases), 9)
    )
    return bases, rest


def _doubts(kpi: Kpi, shares: Sequence[float | None], over: str, how: str) -> list[str]:
    said = []
    if not adds_up(kpi):
        said.append(f"{kpi.name} counts everything once: what several parts count, they all have.")
    if how == "last-year" and (none := sum(share is None for share in shares)):
        said.append(f"{none} of {len(shares)} {over}s had nothing in that period of last year and are given nothing.")
    return said


def _names(places: Sequence[tuple[Scope, Span]], over: str, weights: Mapping[str, float], parent: Target) -> list[str]:
    """What the parts are called where weights name them; each weight is to be that of a part."""
    names = [_named(place, over) for place in places]
    if unplaced := [name for name in weights if name not in names]:
        raise AccountlensError(f"A weight is given to '{unplaced[0]}', which is no {over} of {parent}.")
    return names


def _named(place: tuple[Scope, Span], over: str) -> str:
    return place[1].label if over in ("month", "quarter") else place[0].value


def _name(book: Targets, scope: Scope, span: Span, over: str) -> str:
    return span.label if over in ("month", "quarter") else book.scopes.name(scope)
