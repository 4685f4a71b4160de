"""Order-1 Markov removal effects (sheet 6), by channel and month of the closing.

-- Paths: won opportunities with at least one touch convert (weight 1 each), lost ones end in null (13); consecutive repeats of a
-- channel collapse. P = absorption in conversion, solved exactly. RE_i = 1 - P(without i) / P, transitions into i going to null.
-- Credit = value of the converting paths x RE_i / sum RE. Value = amount; a path without amount still counts 1 in the transitions.
-- No converting path in the month: P = 0, null everywhere (not 0). A lost opportunity without touches changes no removal effect.
"""

from itertools import pairwise

import numpy as np

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"


def collapse(path):
    return [channel for i, channel in enumerate(path) if i == 0 or path[i - 1] != channel]


def absorption(paths, removed=None):
    """P(conversion) of the chain of (channels, conversions, nulls)."""
    counts = {}
    for channels, conversions, nulls in paths:
        for end, weight in ((CONVERSION, conversions), (NULL, nulls)):
            states = [START, *collapse(channels), end]
            for a, b in pairwise(states):
                counts.setdefault(a, {})
                counts[a][b] = counts[a].get(b, 0) + weight
    live = [s for s in counts if s != removed]
    matrix = np.eye(len(live))
    right = np.zeros(len(live))
    for row, state in enumerate(live):
        total = sum(counts[state].values())
        for target, weight in counts[state].items():
            if target == CONVERSION:
                right[row] += weight / total
            elif target != NULL and target != removed:
                matrix[row, live.index(target)] -= weight / total
    return float(np.linalg.solve(matrix, right)[live.index(START)])


def credits_of(paths, value):
    channels = sorted({c for path, _, _ in paths for c in path})
    if not any(conversions for _, conversions, _ in paths):
        return dict.fromkeys(channels), {}, None
    whole = absorption(paths)
    effect = {c: 1 - absorption(paths, c) / whole for c in channels}
    return {c: value * effect[c] / sum(effect.values()) for c in channels}, effect, whole


def rows(connection):
    months = connection.execute("SELECT period_start, period_end FROM months ORDER BY 1").fetchall()
    found = connection.execute(
        "SELECT opportunity_id, status, closed_at, amount, list(channel ORDER BY pos) FROM paths GROUP BY ALL ORDER BY 1"
    ).fetchall()
    every = sorted({c for *_, path in found for c in path})
    out = []
    for start, end in months:
        mine = [r for r in found if start <= r[2].date() < end]
        paths = [(path, int(status == "won"), int(status == "lost")) for _, status, _, _, path in mine]
        value = float(sum(amount for _, status, _, amount, _ in mine if status == "won"))
        shares, _, whole = credits_of(paths, value)
        out.append({"period_start": start, "channel": None, "value": None if whole is None else value})
        out += [
            {"period_start": start, "channel": c, "value": None if whole is None else shares.get(c, 0.0)} for c in every
        ]
    return out
