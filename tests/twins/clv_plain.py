"""BG/NBD, gamma-gamma and shifted-beta-geometric, plainly (sheet 4); shared by the four clv twins. No engine code.

BG/NBD: Fader, Hardie & Lee 2005. Gamma-gamma: Fader & Hardie 2013. sBG: Fader & Hardie 2007.
"""

from datetime import timedelta

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

MINIMUM = 50  # repeat customers; fewer: insufficient_data
DAYS_PER_MONTH = 30


def summary(connection, end):
    """Per customer with a sale before `end`: x repeat purchase days, t_x, T (days), mean value of the repeat days.

    Days, not orders; returns are no purchases; orders of no account are no customer's. T runs to the last day observed, end - 1 day,
    as lifetimes counts (golden rfm_summary_1: the end date itself).
    """
    found = connection.execute(
        """SELECT account_id, ordered_at::DATE AS day, sum(amount) AS amount FROM orders
           WHERE kind = 'sale' AND account_id IS NOT NULL AND ordered_at < $end GROUP BY ALL ORDER BY 1, 2""",
        {"end": end},
    ).fetchall()
    days = {}
    for account, day, amount in found:
        days.setdefault(account, []).append((day, float(amount)))
    last = end - timedelta(days=1)
    out = []
    for account, seen in days.items():
        first, repeats = seen[0][0], seen[1:]
        x = len(repeats)
        out.append(
            (account, x, (seen[-1][0] - first).days, (last - first).days, sum(a for _, a in repeats) / x if x else 0.0)
        )
    return out


def best(negative_log_likelihood, starts):
    """The best of several starts, in logs of the parameters; then polished until it no longer moves."""

    def walk(at, closeness):
        return minimize(
            negative_log_likelihood,
            at,
            method="Nelder-Mead",
            options={"maxiter": 20000, "maxfev": 20000, "xatol": closeness, "fatol": closeness},
        ).x

    at = min((walk(np.log(start), 1e-3) for start in starts), key=negative_log_likelihood)
    for _ in range(2):
        at = walk(at, 1e-8)
    return np.exp(at)


def fit_bgnbd(x, tx, t):
    x, tx, t = (np.asarray(v, float) for v in (x, tx, t))

    def nll(logs):
        r, alpha, a, b = np.exp(logs)
        first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t)
        gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + tx)
        return -float(np.sum(first + np.where(x > 0, np.logaddexp(alive, gone), alive)))

    scale = float(np.mean(t))
    return best(nll, [(1, scale / 5, 1, 2), (0.3, scale / 10, 0.8, 2.5), (2, scale, 0.5, 4)])


def expected_purchases(params, x, tx, t, ahead):
    """E[Y(ahead) given x, t_x, T]."""
    r, alpha, a, b = params
    z = ahead / (alpha + t + ahead)
    top = (
        (a + b + x - 1)
        / (a - 1)
        * (1 - ((alpha + t) / (alpha + t + ahead)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z))
    )
    return top / (1 + (x > 0) * a / (b + max(x, 1) - 1) * ((alpha + t) / (alpha + tx)) ** (r + x))


def fit_gamma_gamma(x, m):
    x, m = np.asarray(x, float), np.asarray(m, float)

    def nll(logs):
        p, q, v = np.exp(logs)
        return -float(
            np.sum(
                gammaln(p * x + q)
                - gammaln(p * x)
                - gammaln(q)
                + q * np.log(v)
                + (p * x - 1) * np.log(m)
                + p * x * np.log(x)
                - (p * x + q) * np.log(x * m + v)
            )
        )

    return best(nll, [(5, 4, float(np.mean(m))), (1, 2, float(np.mean(m))), (10, 3, 10)])


def expected_value(params, x, m):
    p, q, v = params
    return p * (v + x * m) / (p * x + q - 1) if q > 1 else None


def models(connection, end):
    customers = summary(connection, end)
    if sum(1 for _, x, *_ in customers if x > 0) < MINIMUM:
        return customers, None, None
    buying = fit_bgnbd([c[1] for c in customers], [c[2] for c in customers], [c[3] for c in customers])
    repeat = [c for c in customers if c[1] > 0 and c[4] > 0]
    return customers, buying, fit_gamma_gamma([c[1] for c in repeat], [c[4] for c in repeat])


def monthly(connection, value):
    """One total row a month; `value(customers, buying, spending)` or null for lack of data."""
    out = []
    for start, end in connection.execute("SELECT period_start, period_end FROM months ORDER BY 1").fetchall():
        customers, buying, spending = models(connection, end)
        found = None if buying is None else value(customers, buying, spending)
        out.append({"period_start": start, "value": None if found is None else float(found)})
    return out


def fit_sbg(lost, still):
    """lost: how many ended at renewal t = 1, 2, ...; still: how many are alive after that many renewals (censored)."""

    def nll(logs):
        alpha, beta = np.exp(logs)
        total = sum(n * (betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta)) for t, n in lost.items() if n)
        return -float(total + sum(n * (betaln(alpha, beta + t) - betaln(alpha, beta)) for t, n in still.items() if n))

    return best(nll, [(1, 1), (0.5, 2), (2, 5)])


def sbg_survival(params, t):
    alpha, beta = params
    return float(np.exp(betaln(alpha, beta + t) - betaln(alpha, beta)))
