-- Accounts whose engagement_score at the month's end t is >= 10 (sheet 1, threshold=10 inclusive, 13).
-- Rows of no account are ignored: this counts accounts (13 "Rows"). Tier just before t.
WITH scored AS (
    SELECT m.period_start AS month, c.account_id, tier_before(c.account_id, m.period_end) AS tier,
           (SELECT sum(points(a.kind) * 2 ^ (-(epoch(m.period_end - a.occurred_at) / 86400) / 30)) FROM activities a
            WHERE a.account_id = c.account_id AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS score
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end),
groups AS (SELECT DISTINCT tier FROM scored UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, (count(*) FILTER (WHERE s.score >= 10))::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN scored s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
