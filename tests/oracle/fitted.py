"""Credit by Markov chains and by Shapley values of shares, one chain for the deals decided in each month."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby, pairwise, permutations
from math import factorial

from tests.oracle.attribution import channel
from tests.oracle.ground import Ground, Group, Period
from tests.oracle.influence import before, is_campaign_touch

START, WON, LOST = "(start)", "(won)", "(lost)"
LOOKBACK_DAYS = 90
Walk = tuple[list[str], bool, float]  # channels in order, whether it was won, its amount


def walks(g: Ground, period: Period) -> list[Walk]:
    """Of every deal won or lost in the period after a campaign touch."""
    found = []
    for deal in g.rows("opportunities"):
        if deal["status"] in ("won", "lost") and period.has(deal["closed_at"]):
            touches = [
                row for row in before(g, deal["account_id"], deal["closed_at"], LOOKBACK_DAYS) if is_campaign_touch(row)
            ]
            if touches:
                names = [channel(g, row) or "(unknown)" for row in touches]
                found.append((names, deal["status"] == "won", deal["amount"] or 0.0))
    return found


def absorbed(found: list[Walk], removed: str | None = None) -> Fraction:
    """The probability that a walk from the start is won, where every way into the removed channel leads to nothing."""
    counts: dict[str, dict[str, int]] = {}
    for names, is_won, _ in found:
        states = [START, *(name for name, _ in groupby(names)), WON if is_won else LOST]
        for one, two in pairwise(states):
            counts.setdefault(one, {})[two] = counts.setdefault(one, {}).get(two, 0) + 1
    known = [state for state in counts if state != removed]
    equations = []
    for state in known:  # p(state) - sum of shares x p(next) = share of wins
        total = sum(counts[state].values())
        share = {after: Fraction(count, total) for after, count in counts[state].items()}
        equations.append(
            [Fraction(state == other) - share.get(other, 0) for other in known] + [share.get(WON, Fraction(0))]
        )
    return solved(equations)[known.index(START)]


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss and Jordan, exactly."""
    for step in range(len(rows)):
        pivot = next(index for index in range(step, len(rows)) if rows[index][step])
        rows[step], rows[pivot] = rows[pivot], rows[step]
        rows[step] = [value / rows[step][step] for value in rows[step]]
        for index, row in enumerate(rows):
            if index != step and row[step]:
                rows[index] = [value - row[step] * other for value, other in zip(row, rows[step], strict=True)]
    return [row[-1] for row in rows]


def removal_effects(found: list[Walk]) -> dict[str, Fraction] | None:
    """The share of wins lost without each channel; None where nothing was won."""
    whole = absorbed(found) if any(is_won for _, is_won, _ in found) else Fraction(0)
    names = {name for walk, _, _ in found for name in walk}
    return {name: 1 - absorbed(found, name) / whole for name in names} if whole else None


def rate_values(found: list[Walk]) -> dict[str, Fraction] | None:
    """Shapley values of won/(won + lost) among the walks of a set of channels alone, over all orders of channels."""
    if not any(is_won for _, is_won, _ in found):
        return None
    names = sorted({name for walk, _, _ in found for name in walk})

    def worth(channels: set[str]) -> Fraction:
        inside = [is_won for walk, is_won, _ in found if set(walk) <= channels]
        return Fraction(sum(inside), len(inside)) if inside else Fraction(0)

    values = dict.fromkeys(names, Fraction(0))
    for order in permutations(names):
        for index, name in enumerate(order):
            values[name] += worth(set(order[: index + 1])) - worth(set(order[:index]))
    return {name: value / factorial(len(names)) for name, value in values.items()}


def shared(found: list[Walk], weights: dict[str, Fraction] | None, group: Group) -> float | None:
    """What was won, shared out over channels in proportion to their weights."""
    if weights is None or not sum(weights.values()):
        return None
    mine = sum(weight for name, weight in weights.items() if group.value(name))
    return float(Fraction(sum(amount for _, is_won, amount in found if is_won)) * mine / sum(weights.values()))


def markov(g: Ground, period: Period, group: Group) -> float | None:
    found = walks(g, period)
    return shared(found, removal_effects(found), group)


def shapley_of_rates(g: Ground, period: Period, group: Group) -> float | None:
    found = walks(g, period)
    return shared(found, rate_values(found), group)
