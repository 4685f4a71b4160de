-- Accounts with engagement_score >= 10 at the month's end t / accounts in scope (sheet 1).
-- AMBIGUOUS: "accounts in scope" read as for interaction_frequency (13 "Engagement"): all accounts created before t, or
-- without a creation date. Rows of no account are ignored. Tier just before t, above and below the line.
WITH scored AS (
    SELECT m.period_start AS month, c.account_id, tier_before(c.account_id, m.period_end) AS tier,
           (SELECT sum(points(a.kind) * 2 ^ (-(epoch(m.period_end - a.occurred_at) / 86400) / 30)) FROM activities a
            WHERE a.account_id = c.account_id AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS score
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end),
groups AS (SELECT DISTINCT tier FROM scored UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE s.score >= 10) / nullif(count(s.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN scored s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
