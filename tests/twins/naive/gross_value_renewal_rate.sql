-- Wrong: the mean of the contracts' rates; a small contract weighs as much as a big one (G3: sum / sum).
SELECT m.period_start, avg(CASE WHEN c.decision = 'renewed' THEN least(c.renewed_value, c.value) / nullif(c.value, 0) ELSE 0 END) FILTER (WHERE c.contract_id IS NOT NULL) AS value
FROM months m LEFT JOIN contracts c ON date_trunc('month', c.ends_on) = m.period_start
GROUP BY ALL ORDER BY ALL
