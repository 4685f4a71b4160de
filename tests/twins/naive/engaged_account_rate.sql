-- Wrong: divides by the accounts of today, also by those that did not exist yet.
WITH scored AS (
    SELECT m.period_start, c.account_id,
           (SELECT sum(points(a.kind) * 2 ^ (-(epoch(m.period_end - a.occurred_at) / 86400) / 30)) FROM activities a WHERE a.account_id = c.account_id
            AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS score
    FROM months m CROSS JOIN accounts c)
SELECT period_start, count(*) FILTER (WHERE score >= 10) / count(*)::DOUBLE AS value FROM scored GROUP BY ALL ORDER BY ALL
