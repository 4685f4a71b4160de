-- Wrong: divides by all deals won, also those whose amount nobody knows.
SELECT m.period_start, coalesce(sum(o.amount), 0) / nullif(count(o.opportunity_id), 0) AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.closed_at) = m.period_start
    AND o.status = 'won'
GROUP BY ALL ORDER BY ALL
