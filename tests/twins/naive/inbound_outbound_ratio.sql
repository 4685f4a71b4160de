-- Wrong: whatever is not outbound is taken for inbound; a touch without direction is neither.
SELECT m.period_start, count(*) FILTER (WHERE a.direction IS DISTINCT FROM 'outbound')
       / nullif(count(*) FILTER (WHERE a.direction = 'outbound'), 0)::DOUBLE AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND is_touch(a.kind, a.is_automated)
GROUP BY ALL ORDER BY ALL
