"""Expected value of a purchase by gamma-gamma fitted at the month's end, mean over customers (sheet 4).

-- Fitted on customers with x > 0 (and a positive mean value of their repeats); E[M] = p (v + x m) / (p x + q - 1), x = 0: p v / (q - 1).
-- Mean over all customers, the x = 0 ones too. q <= 1: null. Fewer than 50 customers with a repeat: null, insufficient_data.
-- company: clv
-- tolerance: 1e-4
"""

import runpy
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))


def mean(customers, _, spending):
    values = [plain["expected_value"](spending, x, m) for _, x, _, _, m in customers]
    return None if None in values else float(sum(values)) / len(values)


def rows(connection):
    return plain["monthly"](connection, mean)
