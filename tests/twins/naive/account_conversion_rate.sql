-- Wrong: accounts that had reached the goal long before stay in the denominator.
SELECT m.period_start, count(DISTINCT o.account_id) / nullif(count(DISTINCT t.account_id), 0)::DOUBLE AS value
FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_start)
LEFT JOIN opportunities o ON o.account_id = t.account_id AND o.created_at >= m.period_start AND o.created_at < m.period_end
GROUP BY ALL ORDER BY ALL
