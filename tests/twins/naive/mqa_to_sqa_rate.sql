-- Wrong: accounts accepted in the month / accounts qualified at its end; two different groups of accounts, so it is no rate of a cohort.
WITH qualified AS (
    SELECT m.period_start, a.account_id
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
    JOIN accounts c USING (account_id) WHERE c.fit_score >= 50
    GROUP BY m.period_start, a.account_id
    HAVING sum(points(a.kind)) >= 100 AND count(DISTINCT a.contact_id) >= 2)
SELECT m.period_start,
       (SELECT count(DISTINCT s.account_id) FROM account_stage_events s WHERE s.stage = 'sqa'
        AND s.occurred_at >= m.period_start AND s.occurred_at < m.period_end)
       / nullif((SELECT count(*) FROM qualified q WHERE q.period_start = m.period_start), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
