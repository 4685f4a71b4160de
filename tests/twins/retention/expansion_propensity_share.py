"""Customers with propensity score >= 0.5 / customers at the month's end t (sheet 5, "customers likely to cross/up-sell").

-- WEAK: the sheet names neither features, nor label, nor the least data. Only what any reading must keep is fixed here: customers = accounts
-- with MRR live at t; 0.5 inclusive; a model needs data, and with fewer than 50 customers in the past or only one kind of label
-- it is null (insufficient_data), never 0. Read for a larger company: one row per customer and month's end u <= t - 90 days; label = a won
-- upsell or cross-sell, or more MRR, in [u, u + 90 d); features standardised: log(1 + MRR), months as customer, engagement_score, touches in
-- 90 days; logistic regression, L2 penalty 1 on the standardised weights, Newton's method. On the tiny company: null in every month.
-- null everywhere: fewer than 50 customers to learn from
"""

import numpy as np


def logistic(x, y, penalty=1.0, steps=50):
    """Weights, intercept first and unpenalised, by Newton's method; for checking an engine's fit on its own design matrix."""
    x = np.column_stack([np.ones(len(x)), x])
    ridge = penalty * np.eye(x.shape[1])
    ridge[0, 0] = 0
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        w = w - np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, x.T @ (p - y) + ridge @ w)
    return w


def features(connection, t):
    return connection.execute(
        """WITH live_now AS (SELECT account_id, sum(mrr) AS mrr FROM subscriptions
                             WHERE account_id IS NOT NULL AND live(started_on, ended_on, $t) GROUP BY 1)
           SELECT l.account_id, ln(1 + l.mrr),
                  (SELECT date_diff('month', min(s.started_on), $t::DATE) FROM subscriptions s WHERE s.account_id = l.account_id),
                  (SELECT coalesce(sum(points(a.kind) * 2 ^ (-(epoch($t - a.occurred_at) / 86400) / 30)), 0) FROM activities a
                   WHERE a.account_id = l.account_id AND a.occurred_at >= $t - INTERVAL 90 DAYS AND a.occurred_at < $t),
                  (SELECT count(*) FROM activities a WHERE a.account_id = l.account_id AND is_touch(a.kind, a.is_automated)
                   AND a.occurred_at >= $t - INTERVAL 90 DAYS AND a.occurred_at < $t),
                  (SELECT count(*) > 0 FROM opportunities o WHERE o.account_id = l.account_id AND o.status = 'won' AND o.type IN ('upsell', 'cross_sell')
                   AND o.closed_at >= $t AND o.closed_at < $t + INTERVAL 90 DAYS)
                  OR (SELECT coalesce(sum(s.mrr), 0) FROM subscriptions s WHERE s.account_id = l.account_id
                      AND live(s.started_on, s.ended_on, $t + INTERVAL 90 DAYS)) > l.mrr
           FROM live_now l ORDER BY 1""",
        {"t": t},
    ).fetchall()


def rows(connection, least=50):
    out = []
    ends = [
        e
        for (e,) in connection.execute(
            "SELECT d FROM generate_series(TIMESTAMP '2022-01-01', TIMESTAMP '2024-08-01', INTERVAL 1 MONTH) g(d)"
        ).fetchall()
    ]
    for start, end in connection.execute(
        "SELECT period_start, period_end::TIMESTAMP FROM months ORDER BY 1"
    ).fetchall():
        past = [row for u in ends if (end - u).days >= 90 for row in features(connection, u)]
        now = features(connection, end)
        labels = np.array([float(row[5]) for row in past])
        value = None
        if now and len({row[0] for row in past}) >= least and 0 < labels.sum() < len(labels):
            x = np.array([row[1:5] for row in past], float)
            mean, spread = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
            w = logistic((x - mean) / spread, labels)
            z = w[0] + (np.array([row[1:5] for row in now], float) - mean) / spread @ w[1:]
            value = float(np.mean(1 / (1 + np.exp(-z)) >= 0.5))
        out.append({"period_start": start.date() if hasattr(start, "date") else start, "value": value})
    return out
