-- Wrong: the mean of the owners' attainments; a quota of 100 weighs as much as one of 100,000 (G3: sum / sum).
WITH owners AS (
    SELECT m.period_start, q.employee_id, sum(q.amount) AS quota,
           (SELECT sum(o.amount) FROM opportunities o WHERE o.status = 'won' AND o.owner_id = q.employee_id
            AND o.closed_at >= m.period_start AND o.closed_at < m.period_end) AS won
    FROM months m JOIN quotas q ON q.period_start >= m.period_start AND q.period_end <= m.period_end
    GROUP BY m.period_start, m.period_end, q.employee_id)
SELECT period_start, avg(coalesce(won, 0) / nullif(quota, 0)) AS value FROM owners GROUP BY ALL ORDER BY ALL
