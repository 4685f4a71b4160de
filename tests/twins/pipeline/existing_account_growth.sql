-- (sales of the month - sales of the month before) / sales of the month before, both from accounts that were customers at the start of
-- the month before (sheet 3). AMBIGUOUS: sales or revenue; customers by deals or by subscription. Read: sales = amounts won, as
-- sales_growth_rate, whose family it stands in; customer = first won opportunity (13 "Sales") before that start, strictly (G2).
-- The accounts of both sums are the same: one won first in the month before, or in this one, is in neither. No account: neither.
-- Prior 0 or less: null. Tier at each closing.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
won AS (
    SELECT m.period_start AS month, tier_at(o.account_id, o.closed_at) AS tier, o.amount, o.closed_at >= m.period_start AS is_now
    FROM months m JOIN opportunities o ON o.closed_at >= m.period_start - INTERVAL 1 MONTH AND o.closed_at < m.period_end
    JOIN firsts f ON f.account_id = o.account_id AND f.won_at < m.period_start - INTERVAL 1 MONTH
    WHERE o.status = 'won'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL),
sums AS (
    SELECT m.period_start, g.tier, coalesce(sum(w.amount) FILTER (WHERE w.is_now), 0) AS now,
           coalesce(sum(w.amount) FILTER (WHERE NOT w.is_now), 0) AS prior
    FROM months m CROSS JOIN groups g LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
    GROUP BY ALL)
SELECT period_start, tier, CASE WHEN prior > 0 THEN (now - prior) / prior END AS value
FROM sums ORDER BY ALL
