"""Shapley values of the channels by the rate of winning (sheet 6), by channel and month of the closing, over every order of the channels.

-- Worth v(S) = won / (won + lost) over the paths whose channel set is a subset of S, 0 where there is none; lost = lost opportunities with
-- touches. The values sum to the rate of all paths; credit = won value of the month x value / sum of the values; may be negative.
-- Nothing won after a touch: null everywhere. Paths as in attribution_markov.
"""

import runpy
from pathlib import Path

shapley = runpy.run_path(str(Path(__file__).with_name("attribution_shapley.py")))["shapley"]


def rate(paths, channels):
    inside = [won for path, won in paths if path <= channels]
    return sum(inside) / len(inside) if inside else 0.0


def rows(connection):
    months = connection.execute("SELECT period_start, period_end FROM months ORDER BY 1").fetchall()
    found = connection.execute(
        "SELECT closed_at, status, amount, list(DISTINCT channel) FROM paths GROUP BY opportunity_id, closed_at, status, amount ORDER BY ALL"
    ).fetchall()
    every = sorted({channel for *_, path in found for channel in path})
    out = []
    for start, end in months:
        mine = [
            (frozenset(path), int(status == "won"), float(amount))
            for at, status, amount, path in found
            if start <= at.date() < end
        ]
        value = sum(amount for _, won, amount in mine if won)
        players = sorted({channel for path, *_ in mine for channel in path})
        paths = [(path, won) for path, won, _ in mine]
        credit = None
        if any(won for _, won in paths):
            worth = shapley(players, lambda channels, paths=paths: rate(paths, channels))
            credit = {channel: value * part / sum(worth.values()) for channel, part in worth.items()}
        out.append({"period_start": start, "channel": None, "value": None if credit is None else value})
        out += [
            {"period_start": start, "channel": c, "value": None if credit is None else credit.get(c, 0.0)}
            for c in every
        ]
    return out
