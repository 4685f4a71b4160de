SELECT account_id, m.p, CASE WHEN bool_or(active_from < m.hi AND active_until >= m.hi) THEN 0 ELSE 1 END AS account_disengagement_rate
FROM activity_spells JOIN months m ON active_from < m.hi AND active_until >= m.lo
GROUP BY 1, 2
HAVING bool_or(active_from < m.lo)
