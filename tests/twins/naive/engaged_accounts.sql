-- Wrong: points without decay; a download of three months ago counts like one of today.
WITH scored AS (
    SELECT m.period_start, c.account_id,
           (SELECT sum(points(a.kind)) FROM activities a WHERE a.account_id = c.account_id
            AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS score
    FROM months m CROSS JOIN accounts c)
SELECT period_start, count(*) FILTER (WHERE score >= 10) AS value FROM scored GROUP BY ALL ORDER BY ALL
