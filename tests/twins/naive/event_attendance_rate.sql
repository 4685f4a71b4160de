-- Wrong: rows attended / rows registered; who joins twice attended once.
SELECT m.period_start, count(*) FILTER (WHERE a.kind = 'event_attended')
       / nullif(count(*) FILTER (WHERE a.kind = 'event_registered'), 0)::DOUBLE AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
GROUP BY ALL ORDER BY ALL
