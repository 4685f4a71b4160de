-- Customers of the month's opening with at least one cross-sell in the month / customers of the opening (sheet 5, denominator=customers).
-- Cross-sell = a product not owned before: an opportunity of type cross_sell won in the month, as cross_sell_revenue has it; a renewal is none.
-- AMBIGUOUS: by the type of the deal, or by comparing products and prices owned. Read: by type (the data says it). Customers = accounts
-- with MRR live at the opening, as in logo_churn_rate (G2: just before it); two deals of one account are one customer, a deal without amount
-- counts, a deal of an account that was no customer then, or of no account, does not. Nobody: null. Tier just before the opening, both lines.
WITH customers AS (
    SELECT DISTINCT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.account_id,
           EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = s.account_id AND o.status = 'won' AND o.type = 'cross_sell'
                   AND o.closed_at >= m.period_start AND o.closed_at < m.period_end) AS bought
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_start)
    WHERE s.account_id IS NOT NULL),
groups AS (SELECT DISTINCT tier FROM customers UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.bought) / nullif(count(c.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN customers c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
