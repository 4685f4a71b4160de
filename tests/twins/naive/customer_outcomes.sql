-- Wrong: a goal reached after its due day counts as reached.
SELECT m.period_start, count(g.achieved_on) / nullif(count(g.goal_id), 0)::DOUBLE AS value
FROM months m LEFT JOIN goals g ON g.due_on >= m.period_start AND g.due_on < m.period_end
GROUP BY ALL ORDER BY ALL
