-- Wrong: divides by the whole quota; what is won already needs no pipeline any more.
WITH open_then AS (
    SELECT m.period_start AS month, eur(coalesce(
               (SELECT arg_max(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL AND h.changed_at < m.period_end),
               (SELECT arg_min(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL),
               o.amount_own), o.currency, o.created_at) AS amount
    FROM months m JOIN opportunities o ON o.created_at < m.period_end AND (o.status = 'open' OR o.closed_at >= m.period_end))
SELECT m.period_start,
       (SELECT sum(o.amount) FROM open_then o WHERE o.month = m.period_start)
       / nullif((SELECT sum(q.amount) FROM quotas q WHERE q.period_start >= m.period_start AND q.period_end <= m.period_end), 0) AS value
FROM months m ORDER BY ALL
