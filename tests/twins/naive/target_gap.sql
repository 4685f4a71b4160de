-- Naive: what the list bought less what all others bought, in sums: the larger side wins by its size.
WITH present AS (
    SELECT m.period_start AS month, c.account_id,
           EXISTS (SELECT 1 FROM target_members x WHERE x.account_id = c.account_id AND live(x.joined_at, x.left_at, m.period_end)) AS target,
           coalesce((SELECT sum(o.amount) FROM opportunities o WHERE o.account_id = c.account_id AND o.status = 'won'
                     AND o.closed_at >= m.period_start AND o.closed_at < m.period_end), 0) AS sales
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end)
SELECT m.period_start, sum(p.sales) FILTER (WHERE p.target) - sum(p.sales) FILTER (WHERE NOT p.target) AS value
FROM months m LEFT JOIN present p ON p.month = m.period_start
GROUP BY ALL ORDER BY ALL
