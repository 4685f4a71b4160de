"""Every order a purchase: what the naive lifetime values share. A fit of one month is enough to tell them apart."""

from datetime import date, timedelta

MONTH = (date(2024, 7, 1), date(2024, 8, 1))


def monthly(plain, connection, value):
    start, end = MONTH
    found = connection.execute(
        """SELECT account_id, min(ordered_at)::DATE AS day, sum(amount) AS amount FROM orders
           WHERE kind = 'sale' AND account_id IS NOT NULL AND ordered_at < $end GROUP BY account_id, order_id ORDER BY 1, 2""",
        {"end": end},
    ).fetchall()
    orders = {}
    for account, day, amount in found:
        orders.setdefault(account, []).append((day, float(amount)))
    last = end - timedelta(days=1)
    customers = []
    for account, seen in orders.items():
        x = len(seen) - 1
        mean = sum(amount for _, amount in seen[1:]) / x if x else 0.0
        customers.append((account, x, (seen[-1][0] - seen[0][0]).days, (last - seen[0][0]).days, mean))
    buying = plain["fit_bgnbd"](*([c[place] for c in customers] for place in (1, 2, 3)))
    repeat = [c for c in customers if c[1] > 0 and c[4] > 0]
    spending = plain["fit_gamma_gamma"]([c[1] for c in repeat], [c[4] for c in repeat])
    return [{"period_start": start, "value": float(value(customers, buying, spending))}]
