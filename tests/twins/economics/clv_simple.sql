-- Average sale price x sales of a customer per year x lifespan in years, lifespan = 1 / annual churn (sheet 4, 003 and 004).
-- AMBIGUOUS in a monthly series. Read literally on the month (G3: account x period): price = order revenue, net of returns, / orders
-- (returns are none; orders, not lines); sales per year = orders of the month / customers ordering in it x 365 / its days (the sheet's
-- own way to a year in section 5); annual churn = logo churn of the month annualised, 1 - (1 - c)^(365/days) (section 5).
-- Orders of no account are in the revenue and orders of the total, but are no customer (13 "Rows"). No churn, no customer: null.
-- Revenue, not margin. Tier of an order at the order, of the churn just before the opening.
WITH sales AS (
    SELECT date_trunc('month', ordered_at)::DATE AS month, tier_at(account_id, ordered_at) AS tier, account_id, order_id, kind, amount
    FROM orders WHERE ordered_at >= DATE '2024-01-01' AND ordered_at < DATE '2024-08-01'),
paying AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.account_id,
           sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, s.account_id
    HAVING opening > 0),
groups AS (SELECT tier FROM sales UNION SELECT tier FROM paying UNION SELECT NULL),
parts AS (
    SELECT m.period_start, g.tier, 365.0 / (m.period_end - m.period_start) AS per_year,
           (SELECT sum(s.amount) FROM sales s WHERE s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS revenue,
           (SELECT count(DISTINCT s.order_id) FROM sales s
            WHERE s.kind = 'sale' AND s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS orders,
           (SELECT count(DISTINCT s.account_id) FROM sales s
            WHERE s.kind = 'sale' AND s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS customers,
           (SELECT count(*) FILTER (WHERE p.closing = 0) / nullif(count(*), 0)::DOUBLE FROM paying p
            WHERE p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)) AS churn
    FROM months m CROSS JOIN groups g)
SELECT period_start, tier,
       revenue / nullif(orders, 0) * orders / nullif(customers, 0) * per_year / nullif(1 - (1 - churn) ^ per_year, 0) AS value
FROM parts ORDER BY ALL
