-- Wrong: SQLs of the month / MQLs of the month; those are different people.
SELECT m.period_start,
       (SELECT count(DISTINCT l.person) FROM leads l WHERE l.became_sql_at >= m.period_start AND l.became_sql_at < m.period_end)
       / nullif((SELECT count(DISTINCT l.person) FROM leads l WHERE l.became_mql_at >= m.period_start AND l.became_mql_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
