-- Wrong: what we send keeps an account active; a newsletter nobody reads is no deed of theirs.
WITH active AS (
    SELECT m.period_start, c.account_id,
           EXISTS (SELECT 1 FROM activities a WHERE a.account_id = c.account_id
                   AND a.occurred_at >= m.period_start - INTERVAL 90 DAYS AND a.occurred_at < m.period_start) AS before,
           EXISTS (SELECT 1 FROM activities a WHERE a.account_id = c.account_id
                   AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS still
    FROM months m CROSS JOIN accounts c)
SELECT period_start, count(*) FILTER (WHERE before AND NOT still) / nullif(count(*) FILTER (WHERE before), 0)::DOUBLE AS value
FROM active GROUP BY ALL ORDER BY ALL
