"""Predicted value, with every order taken for a purchase.

-- What is wrong: two orders on one day are one purchase of their sum; the model counts days, so frequency comes out too high.
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))
orders = runpy.run_path(str(Path(__file__).parent / "helpers" / "orders.py"))
ask = plain["expected_purchases"]
worth = plain["expected_value"]


def rows(connection):
    return orders["monthly"](
        plain,
        connection,
        lambda customers, buying, spending: (
            sum(
                worth(spending, x, m)
                * sum(
                    (ask(buying, x, tx, t, 30 * i) - (ask(buying, x, tx, t, 30 * i - 30) if i > 1 else 0)) / 1.01**i
                    for i in range(1, 13)
                )
                for _, x, tx, t, m in customers
            )
            / len(customers)
        ),
    )
