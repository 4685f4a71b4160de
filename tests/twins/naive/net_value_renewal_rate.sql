-- Wrong: divides by what was renewed; what was lost belongs below the line.
SELECT m.period_start, sum(c.renewed_value) FILTER (WHERE c.decision = 'renewed') / nullif(sum(c.value) FILTER (WHERE c.decision = 'renewed'), 0) AS value
FROM months m LEFT JOIN contracts c ON date_trunc('month', c.ends_on) = m.period_start
GROUP BY ALL ORDER BY ALL
