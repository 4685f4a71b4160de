-- Mean sales per target account - mean sales per non-target account in the month (sheet 6: "plain target vs non-target gap"), total only.
-- Target = on the list target, group target, just before the month's end t. Non-target = every other account created before t or undated,
-- those of the control group too (AMBIGUOUS). Outcome = sales_revenue: amounts won, in euros; no sales is 0. Deals of no account are
-- no account's. No account on one side: null.
WITH present AS (
    SELECT m.period_start AS month, c.account_id,
           EXISTS (SELECT 1 FROM target_members x WHERE x.account_id = c.account_id AND live(x.joined_at, x.left_at, m.period_end)) AS target,
           coalesce((SELECT sum(o.amount) FROM opportunities o WHERE o.account_id = c.account_id AND o.status = 'won'
                     AND o.closed_at >= m.period_start AND o.closed_at < m.period_end), 0) AS sales
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end)
SELECT m.period_start, avg(p.sales) FILTER (WHERE p.target) - avg(p.sales) FILTER (WHERE NOT p.target) AS value
FROM months m LEFT JOIN present p ON p.month = m.period_start
GROUP BY ALL ORDER BY ALL
