"""Purchases expected, with every order taken for a purchase.

-- What is wrong: two orders on one day are one purchase of their sum; the model counts days, so frequency comes out too high.
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))
orders = runpy.run_path(str(Path(__file__).parent / "helpers" / "orders.py"))
ask = plain["expected_purchases"]


def rows(connection):
    return orders["monthly"](
        plain,
        connection,
        lambda customers, buying, _: (
            sum(float(ask(buying, x, tx, t, 360)) for _, x, tx, t, _ in customers) / len(customers)
        ),
    )
