"""Paces of targets: figures of now and of past periods, asked together, and judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from accountlens.engine.intervals import level_of
from accountlens.language import numbers
from accountlens.language.calendar import Clock
from accountlens.language.periods import MONTHS_OF, Range, add_months, range_text
from accountlens.language.query import Query
from accountlens.pacing.pace import Pace, State, judged
from accountlens.pacing.usual import LEAST, LEVEL, MOST, Usual, usual
from accountlens.targets.amounts import Worth
from accountlens.targets.book import Targets
from accountlens.targets.figures import Figure, Wanted
from accountlens.targets.nature import Nature, nature_of
from accountlens.targets.spans import grain_of, span_of
from accountlens.targets.target import Span, Target


@dataclass(frozen=True)
class Past:
    """A period before: its name, its days in words, and the instant of it that corresponds to now."""

    label: str
    start: date
    words: str
    at: datetime


def paces(book: Targets, targets: Sequence[Target], as_of: datetime | None = None) -> Mapping[int, Pace]:
    """By the number of the version. `as_of`: as it was to be known then; None: by the snapshot."""
    return _Run(book, targets, as_of).paces()


class _Run:
    def __init__(self, book: Targets, targets: Sequence[Target], as_of: datetime | None) -> None:
        self.book, self.targets = book, [one for one in targets if one.amount is not None]
        self.now = as_of or book.opened.snapshot.as_of
        self.like = Query((), snapshot=book.opened.snapshot.id, as_of=as_of)
        self.clock = Clock(ZoneInfo(book.opened.house.time_zone), self.now)
        self.kpis = {one.kpi: book.known(one) for one in self.targets}

    def paces(self) -> Mapping[int, Pace]:
        worths = self.book.worths(self.targets, self.like.as_of if isinstance(self.like.as_of, datetime) else None)
        asked = [one for one in self.targets if self.state(one.span) != "coming"]
        now = self.book.figures([self._wanted(one) for one in asked], self.like)
        return {one.number: self._pace(one, worths[one.number], now.get(self._wanted(one))) for one in self.targets}

    def _pace(self, one: Target, worth: Worth, figure: Figure | None) -> Pace:
        kpi, state, elapsed = self.kpis[one.kpi], self.state(one.span), self.elapsed(one.span)
        nature = self.nature(one)
        if figure is None:
            begins = f"{one.span.label} begins on {one.span.start}."
            return Pace(nature, "coming", 0.0, worth.value, why=begins)
        shares = self._shares.get(one.number, {})
        known, why = self._usual(one, nature, shares) if state == "running" and nature != "rate" else (None, None)
        return judged(
            nature,
            kpi.good if kpi else "context",
            state,
            elapsed,
            worth.value,
            figure,
            known,
            tuple(shares),
            worth.why or why,
            (level_of(kpi) if kpi and nature == "rate" else None) or LEVEL,
        )

    def _usual(self, one: Target, nature: Nature, shares: Mapping[str, float]) -> tuple[Usual | None, str | None]:
        grain = grain_of(one.span)
        if len(shares) < LEAST[grain]:
            told = numbers.count(len(shares), f"whole {grain}")
            return None, f"{told} before it can be used, and {LEAST[grain]} are needed to say what is usual by now."
        gathers = nature == "flow"
        if any(share < -1e-9 or (gathers and share > 1 + 1e-9) for share in shares.values()):
            return None, "It rises and falls within a period, so that no share of it is usual."
        return usual(list(shares.values()), gathers=gathers), None

    @cached_property
    def _shares(self) -> Mapping[int, Mapping[str, float]]:
        """By the number of the version: past period → the share of its figure that stood at that time of it."""
        running = [
            one for one in self.targets
            if self.state(one.span) == "running" and self.nature(one) != "rate"
        ]  # fmt: skip
        told: dict[int, Mapping[str, float]] = {}
        by_span = defaultdict[Span, list[Target]](list)
        for one in running:
            by_span[one.span].append(one)
        for span, its in by_span.items():
            told |= self._shares_of(span, its)
        return told

    def _shares_of(self, span: Span, its: Sequence[Target]) -> dict[int, Mapping[str, float]]:
        past = self._past(span)
        courses = self.book.courses(its, f"{past[0].label}..{past[-1].label}", grain_of(span), self.like)
        whole = {one.number: [courses[one.kpi, one.scope].get(of.start) for of in past] for one in its}
        begun = {number: _first(course) for number, course in whole.items()}
        told: dict[int, dict[str, float]] = {one.number: {} for one in its}
        for at, of in enumerate(past):
            # the first period with anything in it may have begun before the data did
            then = [one for one in its if at > begun[one.number] and _value(whole[one.number][at])]
            found = self.book.figures([self._wanted(one, of) for one in then], replace(self.like, as_of=of.at))
            for one in then:
                part, all_ = found[self._wanted(one, of)].value, _value(whole[one.number][at])
                if part is not None and all_:
                    told[one.number][of.label] = part / all_
        return dict(told)

    def _past(self, span: Span) -> list[Past]:
        """Periods of that length before it, the oldest first: one more than are used, as the first may not be whole."""
        grain, found = grain_of(span), list[Past]()
        for count in range(MOST[grain] + 1, 0, -1):
            start, end = (add_months(day, -count * MONTHS_OF[grain]) for day in (span.start, span.end))
            first, last = self.clock.midnight(start), self.clock.midnight(end)
            at = first + (last - first) * self.elapsed(span)
            named = span_of(start, end, self.book.fiscal_starts, span.label.startswith("FY"))
            found.append(Past(named.label if named else "", start, range_text(Range(start, end)), at))
        return found

    def _wanted(self, one: Target, of: Past | None = None) -> Wanted:
        return one.kpi, one.scope, of.words if of else range_text(Range(*one.span.days))

    def nature(self, one: Target) -> Nature:
        kpi = self.kpis[one.kpi]
        return nature_of(kpi) if kpi else "rate"

    def state(self, span: Span) -> State:
        if self.now <= self.clock.midnight(span.start):
            return "coming"
        return "running" if self.now < self.clock.midnight(span.end) else "over"

    def elapsed(self, span: Span) -> float:
        """The share of its time that is over."""
        start, end = self.clock.midnight(span.start), self.clock.midnight(span.end)
        return min(max((self.now - start) / (end - start), 0.0), 1.0)


def _first(course: Sequence[Figure | None]) -> int:
    """The place of the first figure that is neither unknown nor 0; behind all where there is none."""
    return next((at for at, one in enumerate(course) if _value(one)), len(course))


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure else None
