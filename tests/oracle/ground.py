"""What every recount stands on: the rows of a company, its local periods, and who belongs to which group when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from accountlens.language.periods import add_months

Row = dict[str, Any]
Found = TypeVar("Found")
DAY = timedelta(days=1)
UNKNOWN, UNMATCHED = "(unknown)", "(unmatched)"


@dataclass(frozen=True)
class Period:
    """Whole local days as UTC instants, `[start, end)`; `as_of` is its end, or the present where that comes first."""

    label: str
    first: date
    after: date  # first local day not in it
    start: datetime
    end: datetime
    as_of: datetime
    now: datetime  # up to which cohorts are known

    def has(self, instant: datetime | None) -> bool:
        """Whether it happened in the period and was known by its as-of instant."""
        return instant is not None and self.start <= instant < self.as_of

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    def window(self, instant: datetime | None, days: float) -> bool:
        """Whether an instant lies in the N days before the as-of instant."""
        return instant is not None and self.as_of - days * DAY <= instant < self.as_of


@dataclass
class Ground:
    """A company's rows by entity (read only), in a time zone, seen at a present instant (naive UTC)."""

    tables: dict[str, list[Row]]
    zone: str
    now: datetime
    _kept: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._zone = ZoneInfo(self.zone)
        self.accounts: dict[str, Row] = {row["account_id"]: row for row in self.rows("accounts")}
        self.contacts: dict[str, Row] = {row["contact_id"]: row for row in self.rows("contacts")}
        self._tiers: dict[str, list[Row]] = {}
        for row in self.rows("account_attributes"):
            if row["attribute"] == "tier":
                self._tiers.setdefault(row["account_id"], []).append(row)

    def rows(self, entity: str) -> list[Row]:
        return self.tables.get(entity, [])

    def once(self, compute: Callable[[Ground], Found]) -> Found:
        """What a function of the ground gives, computed once: `g.once(sessions)`."""
        if compute not in self._kept:
            self._kept[compute] = compute(self)
        found: Found = self._kept[compute]
        return found

    def is_internal(self, contact: str | None) -> bool:
        return bool(contact and self.contacts.get(contact, {}).get("is_internal"))

    # time

    def utc(self, day: date) -> datetime:
        """Local midnight of a day."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC).replace(tzinfo=None)

    def local(self, instant: datetime) -> datetime:
        """The clock on the wall at an instant."""
        return instant.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)

    def from_local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone).astimezone(UTC).replace(tzinfo=None)

    def add_months(self, instant: datetime, months: int) -> datetime:
        """The same local time so many calendar months later, clipped to the month's end."""
        wall = self.local(instant)
        return self.from_local(datetime.combine(add_months(wall.date(), months), wall.time()))

    def period(self, first: date, after: date, label: str = "") -> Period:
        start, end = self.utc(first), self.utc(after)
        return Period(label or f"{first:%Y-%m}", first, after, start, end, min(end, self.now), self.now)

    def months(self, first: date, count: int) -> list[Period]:
        return [self.period(add_months(first, n), add_months(first, n + 1)) for n in range(count)]

    def earlier(self, period: Period, months: int | None = None) -> Period:
        """The period so many months before; by default the one just before: whole months, or as many days."""
        back = months or (period.after.year - period.first.year) * 12 + period.after.month - period.first.month
        if months is None and (period.first.day != 1 or period.after.day != 1):
            return self.period(period.first - period.days * DAY, period.first)
        return self.period(add_months(period.first, -back), add_months(period.after, -back))

    # groups

    def tier(self, account: str | None, instant: datetime, state: bool) -> str:
        """An event's at its instant; a state's just before it. Where no history reaches, today's."""
        if account is None:
            return UNMATCHED
        for row in self._tiers.get(account, []):
            first, last = row["valid_from"] or datetime.min, row["valid_to"] or datetime.max
            if first < instant <= last if state else first <= instant < last:
                return row["value"] or UNKNOWN
        return self.accounts[account]["tier"] or UNKNOWN

    def groups(self, by: str | None, kind: type[Group] | None = None) -> Iterator[Group]:
        """The total, then every group of a dimension."""
        kind = kind or Group
        yield kind(self, None)
        names: dict[str | None, list[str | None]] = {
            None: [],
            "tier": ["A", "B", "C", UNKNOWN, UNMATCHED],
            "owner_id": [*(row["employee_id"] for row in self.rows("employees")), None],
            "team": [*dict.fromkeys(row["team"] for row in self.rows("employees")), None],
            "channel": [*(row["channel"] for name in ("campaigns", "activities") for row in self.rows(name)), None],
        }
        yield from (kind(self, name or UNKNOWN) for name in dict.fromkeys(names[by]))


@dataclass(frozen=True)
class Group:
    """Who is looked at: everything (name None), or what belongs to one value of a dimension."""

    ground: Ground
    name: str | None

    def event(self, account: str | None, instant: datetime) -> bool:
        """Whether something that happened to an account belongs here: by its tier at that instant."""
        return self.name is None or self.ground.tier(account, instant, state=False) == self.name

    def state(self, account: str | None, instant: datetime) -> bool:
        """Whether an account as it stood just before an instant belongs here."""
        return self.name is None or self.ground.tier(account, instant, state=True) == self.name

    def value(self, value: str | None) -> bool:
        """Whether a row's own value of the dimension is that of the group."""
        return self.name is None or (value or UNKNOWN) == self.name


Recount = Callable[[Ground, Period, Group], float | None]


@dataclass(frozen=True)
class Oracle:
    recount: Recount
    by: str | None  # the dimension it is compared by; None: in total only
    looks_back: bool  # counts what was before the asked time too, which alone does not make a group show


ORACLES: dict[str, Oracle] = {}  # KPI as asked → how it is counted


def oracle(asked: str, by: str | None = "tier", looks_back: bool = False) -> Callable[[Recount], Recount]:
    """Enter a recount. `by=None` for figures of the company as a whole, `owner_id` or `team` for those of people."""

    def enter(recount: Recount) -> Recount:
        assert asked not in ORACLES, asked
        ORACLES[asked] = Oracle(recount, by, looks_back)
        return recount

    return enter


def ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


@dataclass(frozen=True)
class Difference:
    kpi: str
    period: str
    group: str | None
    engine: float | str | None
    oracle: float | None

    def __str__(self) -> str:
        return f"{self.kpi} {self.period} {self.group or 'total'}: engine {self.engine}, oracle {self.oracle}"


Cells = dict[tuple[str, str, str | None], float | None]  # (KPI as asked, period, group; None: total) → value


def differences(
    ground: Ground, asked: str, periods: list[Period], answered: Cells, kind: type[Group] = Group
) -> list[Difference]:
    """The cells in which engine and oracle disagree. A group the engine does not show has no value, or none but 0."""
    known, found = ORACLES[asked], []
    groups = list(ground.groups(known.by, kind))
    for period in periods:
        for group in groups:
            value = known.recount(ground, period, group)
            shown = answered.get((asked, period.label, group.name), "not shown")
            if shown == "not shown" and (not value or known.looks_back):
                continue
            if not _same(shown, value):
                found.append(Difference(asked, period.label, group.name, shown, value))
    names = {group.name for group in groups}
    strange = {key[2] for key in answered if key[0] == asked} - names
    return found + [Difference(asked, "any", name, "a group nobody knows", None) for name in sorted(map(str, strange))]


def _same(one: float | str | None, other: float | None) -> bool:
    if one is None or other is None or isinstance(one, str):
        return one is other
    return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
