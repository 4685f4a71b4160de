-- Average sale price x sales of a customer per year x lifespan in years, lifespan = 1 / annual churn (sheet 4, 003 and 004).
-- AMBIGUOUS in a monthly series: the year. Read literally: the 12 calendar months before the month's end t. Price = order revenue of the
-- year, net of returns, / its orders (returns are none; orders, not lines: 13); sales per year = those orders / customers who ordered
-- in the year; annual churn = logo churn of the year: live at t - 12 months and not at t / live at t - 12 months.
-- Orders of no account are left out: "customer value per year" (004) is that of customers (corrected: first in the total). No churn,
-- no customer: null. Revenue, not margin. A trailing year is a stock: tier of its customers just before the month's end (corrected:
-- first at the order), of the churn just before its opening.
WITH sales AS (
    SELECT m.period_start AS month, tier_before(o.account_id, m.period_end) AS tier, o.account_id, o.order_id, o.kind, o.amount
    FROM months m JOIN orders o ON o.ordered_at >= m.period_end - INTERVAL 12 MONTHS AND o.ordered_at < m.period_end AND o.account_id IS NOT NULL),
paying AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_end - INTERVAL 12 MONTHS) AS tier, s.account_id,
           sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end - INTERVAL 12 MONTHS)) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, s.account_id
    HAVING opening > 0),
groups AS (SELECT tier FROM sales UNION SELECT tier FROM paying UNION SELECT NULL),
parts AS (
    SELECT m.period_start, g.tier,
           (SELECT sum(s.amount) FROM sales s WHERE s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS revenue,
           (SELECT count(DISTINCT s.order_id) FROM sales s
            WHERE s.kind = 'sale' AND s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS orders,
           (SELECT count(DISTINCT s.account_id) FROM sales s
            WHERE s.kind = 'sale' AND s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)) AS customers,
           (SELECT count(*) FILTER (WHERE p.closing = 0) / nullif(count(*), 0)::DOUBLE FROM paying p
            WHERE p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)) AS churn
    FROM months m CROSS JOIN groups g)
SELECT period_start, tier, (revenue / nullif(orders, 0)) * (orders / nullif(customers, 0)) * (1 / nullif(churn, 0)) AS value
FROM parts ORDER BY ALL
