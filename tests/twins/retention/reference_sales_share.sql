-- Revenue of the month's orders whose source is a reference or referral / revenue of the month's orders (sheet 5).
-- A blank source takes that of the customer's first order (a return is no order: 13 "Orders"). Revenue is net of returns (13).
-- Orders of no account are revenue: (unmatched) and total. Revenue 0: null; a negative one (only returns) stays as it is: the null
-- rule for negative denominators is for growth (G4). Tier at the order.
WITH firsts AS (
    SELECT account_id, min(ordered_at) AS first_at
    FROM orders WHERE kind = 'sale' AND account_id IS NOT NULL GROUP BY account_id),
first_sources AS (
    SELECT f.account_id, any_value(o.source) AS source
    FROM firsts f JOIN orders o ON o.account_id = f.account_id AND o.ordered_at = f.first_at AND o.kind = 'sale'
    GROUP BY f.account_id),
sales AS (
    SELECT date_trunc('month', o.ordered_at)::DATE AS month, tier_at(o.account_id, o.ordered_at) AS tier, o.amount,
           coalesce(coalesce(o.source, f.source) IN ('reference', 'referral'), false) AS referred
    FROM orders o LEFT JOIN first_sources f USING (account_id)
    WHERE o.ordered_at >= DATE '2024-01-01' AND o.ordered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM sales UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(s.amount) FILTER (WHERE s.referred), 0) / nullif(sum(s.amount), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN sales s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
