-- Wrong: points without decay; a download of three months ago counts like one of today.
SELECT m.period_start, coalesce(sum(points(a.kind)), 0) AS value
FROM months m LEFT JOIN activities a
    ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
GROUP BY ALL ORDER BY ALL
