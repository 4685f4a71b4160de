-- Amount won in the month / quota (sheet 3), by owner_id: a quota has no account, so no tier (DESIGN 7: shared dimensions only;
-- quotas reach owner_id through their employee).
-- Quotas whose period lies inside the month (13 "Sales"): start >= month start and end <= month end, both written styles of
-- an end (last day, or first day of the next month: G1 half-open) lie inside. A quarter's quota does not lie inside a month.
-- Quota 0 or none: null. Uncapped. Total = all won / all quotas (sum / sum), also of owners who have only one of both.
-- Owner as on the opportunity (its history records no owner here).
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, coalesce(owner_id, '(unknown)') AS owner_id, amount
    FROM opportunities
    WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
inside AS (
    SELECT m.period_start AS month, q.employee_id AS owner_id, q.amount
    FROM months m JOIN quotas q ON q.period_start >= m.period_start AND q.period_end <= m.period_end),
groups AS (SELECT owner_id FROM won UNION SELECT owner_id FROM inside UNION SELECT NULL)
SELECT m.period_start, g.owner_id,
       coalesce((SELECT sum(w.amount) FROM won w
                 WHERE w.month = m.period_start AND (g.owner_id IS NULL OR w.owner_id = g.owner_id)), 0)
       / nullif((SELECT sum(q.amount) FROM inside q
                 WHERE q.month = m.period_start AND (g.owner_id IS NULL OR q.owner_id = g.owner_id)), 0) AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
