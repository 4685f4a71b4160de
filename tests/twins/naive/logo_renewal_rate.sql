-- Wrong: whatever was renewed in the end; who decides after the grace had left and is won back.
SELECT m.period_start, count(*) FILTER (WHERE c.decision = 'renewed') / nullif(count(c.contract_id), 0)::DOUBLE AS value
FROM months m LEFT JOIN contracts c ON date_trunc('month', c.ends_on) = m.period_start
GROUP BY ALL ORDER BY ALL
