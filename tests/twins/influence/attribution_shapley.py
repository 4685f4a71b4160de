"""Shapley values of the channels (sheet 6), by channel and month of the closing, by brute force over every order of the channels.

-- Worth v(S) = value of the converting paths whose channel set is a subset of S (worth=sum_over_subsets); value = amount.
-- Order and repeats are ignored. Self-check: equals each path's value shared equally over its distinct channels.
-- Nothing credited: 0. Paths as in attribution_first; no touch: unattributed, in no channel and not in the total.
"""

from itertools import permutations


def shapley(players, worth):
    orders = list(permutations(players))
    credit = dict.fromkeys(players, 0.0)
    for order in orders:
        seen = frozenset()
        for player in order:
            credit[player] += (worth(seen | {player}) - worth(seen)) / len(orders)
            seen = seen | {player}
    return credit


def rows(connection):
    months = connection.execute("SELECT period_start, period_end FROM months ORDER BY 1").fetchall()
    found = connection.execute(
        "SELECT opportunity_id, closed_at, amount, list(DISTINCT channel) FROM paths WHERE status = 'won' GROUP BY ALL ORDER BY 1"
    ).fetchall()
    every = sorted({c for *_, path in found for c in path})
    out = []
    for start, end in months:
        mine = [(frozenset(path), float(amount)) for _, at, amount, path in found if start <= at.date() < end]
        players = sorted({c for path, _ in mine for c in path})
        credit = (
            shapley(players, lambda s, mine=mine: sum(amount for path, amount in mine if path <= s)) if players else {}
        )
        for c in players:
            assert abs(credit[c] - sum(amount / len(path) for path, amount in mine if c in path)) < 1e-6
        out.append({"period_start": start, "channel": None, "value": sum(amount for _, amount in mine)})
        out += [{"period_start": start, "channel": c, "value": credit.get(c, 0.0)} for c in every]
    return out


if __name__ == "__main__":  # the golden cases
    share = {"F": 0.2, "O": 0.1, "L": 0.17, "FO": 0.17, "FL": 0.3, "LO": 0, "FLO": 0.06}
    got = shapley("FLO", lambda s: sum(v for k, v in share.items() if set(k) <= set(s)))
    assert all(abs(got[k] - v) < 1e-9 for k, v in {"F": 0.455, "O": 0.205, "L": 0.34}.items()), got
    given = {"O": 7, "F": 6, "D": 4, "FO": 15, "DO": 7, "DF": 9, "DFO": 19}
    got = shapley("OFD", lambda s: next((v for k, v in given.items() if set(k) == set(s)), 0))
    assert all(abs(got[k] - v) < 1e-9 for k, v in {"O": 23 / 3, "F": 49 / 6, "D": 19 / 6}.items()), got
