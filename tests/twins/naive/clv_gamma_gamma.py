"""Value of a purchase, with every order taken for a purchase.

-- What is wrong: two orders on one day are one purchase of their sum; the model counts days, so frequency comes out too high.
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))
orders = runpy.run_path(str(Path(__file__).parent / "helpers" / "orders.py"))
worth = plain["expected_value"]


def rows(connection):
    return orders["monthly"](
        plain,
        connection,
        lambda customers, _, spending: sum(worth(spending, x, m) for _, x, _, _, m in customers) / len(customers),
    )
