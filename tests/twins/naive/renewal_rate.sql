-- Wrong: divides by what was decided; a contract nobody decides is lost when its grace is over.
SELECT m.period_start, count(*) FILTER (WHERE c.decision = 'renewed' AND c.decided_at <= c.ends_on + INTERVAL 30 DAYS)
       / nullif(count(*) FILTER (WHERE c.decision IN ('renewed', 'lost')), 0)::DOUBLE AS value
FROM months m LEFT JOIN contracts c ON date_trunc('month', c.ends_on) = m.period_start
GROUP BY ALL ORDER BY ALL
