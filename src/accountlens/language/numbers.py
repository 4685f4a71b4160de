"""Numbers as people read them: by unit, with thousands, signs and a dash for the unknown."""

from __future__ import annotations

import math
from typing import Any

UNKNOWN = "–"
PLAIN = ("count", "touches")
MONEY = {"money": "", "money_per_day": "/day"}
AFTER = {"days": " days", "months": " months", "hours": " h", "minutes": " min", "points": " pts"}
MINUTES = {"minutes": 1, "hours": 60, "days": 1440}
SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def known(value: Any) -> float | None:
    """The value as a number, or None where it is unknown (null, or no number at all)."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def show(value: Any, unit: str, currency: str = "", *, bare: bool = False, short: bool = False) -> str:
    """`27.4 %`, `1,234,567 EUR`, `12.3 days`; `bare` leaves the unit to a heading, `short` writes 1.23M.

    Minutes and hours are told in minutes, hours or days, as people read them; under a heading they stay as they are.
    """
    number = known(value)
    if number is None:
        return UNKNOWN
    if not bare:
        number, unit = readable(number, unit)
    digits = _short(number) if short and abs(number) >= 1000 else _digits(number, unit)
    return digits if bare else digits + suffix(unit, currency)


def readable(number: float, unit: str) -> tuple[float, str]:
    """Minutes and hours in the unit they are read in: up to 90 minutes, then up to two days in hours, then in days."""
    if unit not in ("minutes", "hours"):
        return number, unit
    minutes = number * MINUTES[unit]
    read = "minutes" if abs(minutes) < 90 else "hours" if abs(minutes) < 2 * 1440 else "days"
    return minutes / MINUTES[read], read


def suffix(unit: str, currency: str = "") -> str:
    """What stands behind a number of this unit, with its space."""
    if unit == "fraction":
        return " %"
    if unit in MONEY:
        return f" {currency}{MONEY[unit]}".rstrip()
    return AFTER.get(unit, "")


def change(now: Any, base: Any, difference: Any, unit: str) -> str:
    """How far a number moved: shares in percentage points, points and ratios as they are, the rest in %."""
    moved, before = known(difference), known(base)
    if moved is None:
        return ""
    if moved == 0:
        return "="
    if unit == "fraction":
        return _signed(moved * 100) + " pp"
    if unit in ("points", "ratio") or before is None or before <= 0:
        return ("+" if moved > 0 else "") + show(moved, unit, bare=True)
    return _signed(moved / before * 100) + " %"


def interval(lower: Any, upper: Any, unit: str) -> str:
    """`(4.6–69.9)`: in the unit of the value beside it, without repeating it; of times each in its own."""
    if known(lower) is None or known(upper) is None:
        return ""
    between = " to " if lower < 0 else "–"
    if unit in ("minutes", "hours"):
        return f"({show(lower, unit)}{between}{show(upper, unit)})"
    return f"({_digits(float(lower), unit)}{between}{_digits(float(upper), unit)})"


def count(number: int, one: str, many: str = "") -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _digits(number: float, unit: str) -> str:
    if unit == "fraction":
        return _percent(number * 100)
    if unit in MONEY:
        return f"{number:,.0f}" if abs(number) >= 1000 or number == round(number) else f"{number:,.2f}"
    if unit in PLAIN and number == round(number):
        return f"{number:,.0f}"
    return f"{number:,.2f}" if unit == "ratio" else f"{number:,.1f}"


def _percent(percent: float) -> str:
    if abs(percent) >= 1000:
        return f"{percent:,.0f}"
    return f"{percent:.1f}" if percent == 0 or abs(percent) >= 0.1 else f"{percent:.2g}"


def _signed(percent: float) -> str:
    return ("+" if percent > 0 else "") + _percent(percent)


def _short(number: float) -> str:
    size, letter = next((size, letter) for size, letter in SCALES if abs(number) >= size)
    scaled = number / size
    return f"{scaled:.2f}{letter}" if abs(scaled) < 10 else f"{scaled:.1f}{letter}"
