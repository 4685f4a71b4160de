-- Sum over the events of [t - 90 d, t), t = the month's end, of points(kind) x 2^(-age in days / 30) (sheet 1, weights of 13).
-- Fractions of days are kept; an event at t itself is the next month's. Bots, machine opens and our own people: 0.
-- Additive over accounts (sheet 1), so a group's score is the sum, not the mean. No events: 0. Events of no account stand
-- in (unmatched) and in the total. Tier just before t: a score is a stock.
WITH scored AS (
    SELECT m.period_start AS month, tier_before(a.account_id, m.period_end) AS tier,
           points(a.kind) * 2 ^ (-(epoch(m.period_end - a.occurred_at) / 86400) / 30) AS score
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end),
groups AS (SELECT DISTINCT tier FROM scored UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(s.score), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN scored s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
