-- Wrong: won / everything closed; a disqualified opportunity was never decided.
SELECT m.period_start, count(*) FILTER (WHERE o.status = 'won') / nullif(count(o.opportunity_id), 0)::DOUBLE AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.closed_at) = m.period_start
    AND o.status <> 'open'
GROUP BY ALL ORDER BY ALL
