"""Expected purchases of the next 12 months (360 days) per customer by BG/NBD fitted at the month's end, mean over customers (sheet 4).

-- AMBIGUOUS: the sheet gives the model, not the one number. Read: E[Y(12 months) given x, t_x, T], a month = 30 days, mean over all
-- customers (DESIGN 7: account level -> mean), the horizon of clv_predictive. Fewer than 50 customers with a repeat: null, insufficient_data.
-- company: clv
-- tolerance: 1e-4
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))


def rows(connection):
    ask = plain["expected_purchases"]
    return plain["monthly"](
        connection,
        lambda customers, buying, _: (
            sum(float(ask(buying, x, tx, t, 12 * plain["DAYS_PER_MONTH"])) for _, x, tx, t, _ in customers)
            / len(customers)
        ),
    )
