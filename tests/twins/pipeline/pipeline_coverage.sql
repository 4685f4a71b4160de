-- Amount open at the month's end t / (quota - won to date) (sheet 3), by owner_id: a quota has no tier (DESIGN 7).
-- Open amount as in pipeline_value_open: as of t from the history, in euros at the creation's rate. Quotas whose period lies inside the
-- month, won to date = won inside the month (13 "Sales"). Quota met (won >= quota), none, or 0: null.
-- Total = all open / (all quotas - all won), also of owners who have only one of the three: the formula at the level shown.
-- Owner as on the opportunity (its history records no owner here).
WITH open_then AS (
    SELECT m.period_start AS month, coalesce(o.owner_id, '(unknown)') AS owner_id,
           eur(coalesce(
               (SELECT arg_max(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL AND h.changed_at < m.period_end),
               (SELECT arg_min(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL),
               o.amount_own), o.currency, o.created_at) AS amount
    FROM months m
    JOIN opportunities o ON o.created_at < m.period_end AND (o.status = 'open' OR o.closed_at >= m.period_end)),
won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, coalesce(owner_id, '(unknown)') AS owner_id, amount
    FROM opportunities WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
inside AS (
    SELECT m.period_start AS month, q.employee_id AS owner_id, q.amount
    FROM months m JOIN quotas q ON q.period_start >= m.period_start AND q.period_end <= m.period_end),
groups AS (SELECT owner_id FROM open_then UNION SELECT owner_id FROM won UNION SELECT owner_id FROM inside UNION SELECT NULL),
parts AS (
    SELECT m.period_start, g.owner_id,
           coalesce((SELECT sum(o.amount) FROM open_then o
                     WHERE o.month = m.period_start AND (g.owner_id IS NULL OR o.owner_id = g.owner_id)), 0) AS open_amount,
           (SELECT sum(q.amount) FROM inside q
            WHERE q.month = m.period_start AND (g.owner_id IS NULL OR q.owner_id = g.owner_id)) AS quota,
           coalesce((SELECT sum(w.amount) FROM won w
                     WHERE w.month = m.period_start AND (g.owner_id IS NULL OR w.owner_id = g.owner_id)), 0) AS won_amount
    FROM months m CROSS JOIN groups g)
SELECT period_start, owner_id, CASE WHEN won_amount < quota THEN open_amount / (quota - won_amount) END AS value
FROM parts ORDER BY ALL
