"""Discounted value of the next 12 months per customer (sheet 4), mean over customers, fitted at the month's end.

-- Sum over months i = 1..12 of E[M] x (E[Y(i)] - E[Y(i - 1)]) / 1.01^i; a month = 30 days, T in days. Revenue, not margin.
-- q <= 1: null. Fewer than 50 customers with a repeat: null, insufficient_data. AMBIGUOUS: mean or sum over customers; read: mean.
-- company: clv
-- tolerance: 1e-4
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))


def value(customers, buying, spending):
    total = 0.0
    for _, x, tx, t, m in customers:
        worth = plain["expected_value"](spending, x, m)
        if worth is None:
            return None
        seen = [
            float(plain["expected_purchases"](buying, x, tx, t, plain["DAYS_PER_MONTH"] * i)) if i else 0.0
            for i in range(13)
        ]
        total += worth * sum((seen[i] - seen[i - 1]) / 1.01**i for i in range(1, 13))
    return total / len(customers)


def rows(connection):
    return plain["monthly"](connection, value)
