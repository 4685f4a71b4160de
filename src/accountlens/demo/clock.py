"""Working days, office hours, and the time zone of the people involved."""

from __future__ import annotations

import numpy as np

from accountlens.demo.draw import Generator
from accountlens.demo.scale import Array, Scale

HOME_OFFSET_HOURS = 1  # Europe/Berlin in winter
OPENS_MINUTE, CLOSES_MINUTE = 9 * 60, 17 * 60
WORKDAY_MINUTES = CLOSES_MINUTE - OPENS_MINUTE


def add_months(days: Array, months: Array | int) -> Array:
    """The same day of a later month; days beyond the 28th are not used by callers."""
    first = days.astype("M8[M]")
    return np.asarray((first + months).astype("M8[D]") + (days - first.astype("M8[D]")))


def weekday(days: Array) -> Array:
    """0 is Monday."""
    return (days.astype("M8[D]").astype(np.int64) + 3) % 7


def to_workday(rng: Generator, days: Array, weekend_share: float = 0.0) -> Array:
    """Move weekends back into the week before, except for the given share of them."""
    day = weekday(days)
    moves = (day >= 5) & (rng.random(len(days)) >= weekend_share)
    back = day - 4 + rng.integers(0, 5, len(days))
    return np.where(moves, days - back, days)


def workday_in(rng: Generator, months: Array, weekend_share: float = 0.0) -> Array:
    """A random working day of each calendar month."""
    first = months.astype("M8[D]")
    length = ((months + 1).astype("M8[D]") - first).astype(np.int64)
    days = to_workday(rng, first + (rng.random(len(months)) * length).astype(np.int64), weekend_share)
    return np.where(days < first, days + 7, days)


def summer_hour(days: Array) -> Array:
    """1 between the last Sundays of March and October."""

    def last_sunday(month: int) -> Array:
        last = (days.astype("M8[Y]").astype("M8[M]") + month).astype("M8[D]") - 1
        return np.asarray(last - (weekday(last) + 1) % 7)

    return np.asarray((days >= last_sunday(3)) & (days < last_sunday(10))).astype(np.int64)


def utc(days: Array, local_minutes: Array, offset_hours: Array | int = HOME_OFFSET_HOURS) -> Array:
    """Local wall time of a day as an instant."""
    minutes = local_minutes - 60 * (offset_hours + summer_hour(days))
    return np.asarray(days.astype("M8[s]") + np.floor(minutes * 60).astype(np.int64))


def office_minutes(rng: Generator, size: int) -> Array:
    """Minutes after midnight: a morning and an afternoon hump, and a few evenings."""
    part = rng.random(size)
    spread = 0.5 * (rng.random(size) + rng.random(size))
    morning, afternoon, evening = 530 + 190 * spread, 775 + 265 * spread, 1080 + 200 * spread
    return np.where(part < 0.5, morning, np.where(part < 0.95, afternoon, evening))


def office_time(rng: Generator, days: Array, offset_hours: Array | int = HOME_OFFSET_HOURS) -> Array:
    """An instant in the office hours of the given days."""
    return utc(days, office_minutes(rng, len(days)), offset_hours)


def past(scale: Scale, instants: Array) -> Array:
    """Instants that lie before the end of the data; the others have not happened yet."""
    return np.where(instants.astype("M8[D]") < scale.end, instants, np.datetime64("NaT"))


def add_working_minutes(instants: Array, minutes: Array) -> Array:
    """Instants after the given working time of the home office, Monday to Friday 09:00 to 17:00."""
    local = instants + 3600 * (HOME_OFFSET_HOURS + summer_hour(instants.astype("M8[D]")))
    day = local.astype("M8[D]")
    minute = (local - day.astype("M8[s]")).astype(np.int64) / 60
    worked = np.clip(minute - OPENS_MINUTE, 0, WORKDAY_MINUTES)
    late = np.where(weekday(day) >= 5, 0.0, worked)
    total = np.busday_count("1970-01-01", day) * float(WORKDAY_MINUTES) + late + minutes
    whole = np.ceil(total / WORKDAY_MINUTES).astype(np.int64) - 1  # a close is not the next opening
    ends = np.busday_offset("1970-01-01", np.maximum(whole, 0), roll="forward").astype("M8[D]")
    return utc(ends, OPENS_MINUTE + total - whole * WORKDAY_MINUTES)
