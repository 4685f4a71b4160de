-- Tickets open at the month's end t (sheet 7): created before t and not solved before t; solved exactly at t is still open (G2).
-- Reopened after its solving and not solved again: open again from the reopening on. Tier just before t.
WITH open_then AS (
    SELECT m.period_start AS month, tier_before(k.account_id, m.period_end) AS tier, k.ticket_id
    FROM months m JOIN tickets k ON k.created_at < m.period_end
        AND (k.solved_at IS NULL OR k.solved_at >= m.period_end
             OR (k.reopened_at > k.solved_at AND k.reopened_at < m.period_end))),
groups AS (SELECT DISTINCT tier FROM open_then UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(o.ticket_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN open_then o ON o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)
GROUP BY ALL ORDER BY ALL
