"""Splitting an amount: shares by what was, evenly or as given, in whole cents or whole things, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from accountlens.errors import AccountlensError, suggest

WAYS = ("last-year", "evenly", "weights")


def step_of(unit: str) -> Decimal:
    """What is not split further: a thing that is counted, else a hundredth."""
    return Decimal(1) if unit == "count" else Decimal("0.01")


def weighed(
    how: str, members: Sequence[str], bases: Sequence[float | None], weights: Mapping[str, float]
) -> list[float | None]:
    """The share of each in the whole; None: nothing. Given shares may leave a remainder, all others add up to 1."""
    match how:
        case "evenly":
            return [1 / len(members)] * len(members)
        case "weights":
            return _given(members, weights)
        case "last-year":
            return _by_figures(bases)
    raise AccountlensError(f"'{how}' is no way to split ({', '.join(WAYS)}).", mend=suggest(how, WAYS))


def rounded(total: float, shares: Sequence[float | None], step: Decimal) -> list[float | None]:
    """The amounts in whole steps: the steps that rounding leaves go to the largest remains (Hamilton's method)."""
    whole, parts = Decimal(repr(total)), [Decimal(repr(share)) if share else None for share in shares]
    given = sum((part for part in parts if part is not None), Decimal(0))
    near_all = abs(given - 1) < Decimal("1e-9")
    exact = [None if part is None else whole * part / step for part in parts]
    floors = [None if one is None else one.to_integral_value(ROUND_FLOOR) for one in exact]
    goal = (whole if near_all else whole * given) / step
    left = int(goal.to_integral_value(ROUND_FLOOR) - sum((one for one in floors if one is not None), Decimal(0)))
    order = sorted(
        (at for at, one in enumerate(exact) if one is not None),
        key=lambda at: -((exact[at] or Decimal(0)) - (floors[at] or Decimal(0))),
    )
    for at in order[: max(left, 0)]:
        floors[at] = (floors[at] or Decimal(0)) + 1
    return [None if one is None else float(one * step) for one in floors]


def _by_figures(bases: Sequence[float | None]) -> list[float | None]:
    known = [base or 0.0 for base in bases]
    if any(base < 0 for base in known) and any(base > 0 for base in known):
        raise AccountlensError("The figures of last year have both signs, which makes no shares.", mend="Split evenly.")
    whole = sum(known)
    if not whole:
        raise AccountlensError("In that period of last year there was nothing to take shares of.", mend="Split evenly.")
    return [base / whole if base else None for base in known]


def _given(members: Sequence[str], weights: Mapping[str, float]) -> list[float | None]:
    found = [weights.get(member, 0.0) for member in members]
    if not weights or any(weight < 0 for weight in found) or not sum(found):
        raise AccountlensError("The weights say nothing.", mend="Give each a weight above 0: E001=3,E002=2.")
    shares = all(weight <= 1 for weight in found) and any(weight % 1 for weight in found)
    if not shares:
        return [weight / sum(found) or None for weight in found]
    if sum(found) > 1 + 1e-9:
        what = f"The shares add up to {sum(found):.4g}, which is more than the whole."
        raise AccountlensError(what, mend="Write shares of at most 1 together, or weights such as 3 and 2.")
    return [share or None for share in found]
