-- Wrong: points alone; an account that does not fit is no good account however busy it is.
WITH qualified AS (
    SELECT m.period_start, a.account_id
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
    JOIN accounts c USING (account_id)
    GROUP BY m.period_start, a.account_id
    HAVING sum(points(a.kind)) >= 100 AND count(DISTINCT a.contact_id) >= 2)
SELECT m.period_start, count(q.account_id) AS value
FROM months m LEFT JOIN qualified q USING (period_start) GROUP BY ALL ORDER BY ALL
