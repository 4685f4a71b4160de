-- Wrong: pays back by revenue; without the gross margin the months come out a fifth too short.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
new_mrr AS (
    SELECT m.period_start, f.account_id, sum(s.mrr) AS mrr
    FROM months m JOIN firsts f ON f.won_at >= m.period_start AND f.won_at < m.period_end
    JOIN subscriptions s ON s.account_id = f.account_id AND live(s.started_on, s.ended_on, m.period_end)
    GROUP BY ALL)
SELECT m.period_start,
       (SELECT sum(c.amount) FROM costs c WHERE c."function" IN ('sales', 'marketing')
        AND c.spent_on >= m.period_start AND c.spent_on < m.period_end)
       / nullif((SELECT count(*) FROM firsts f WHERE f.won_at >= m.period_start AND f.won_at < m.period_end), 0)
       / nullif((SELECT avg(n.mrr) FROM new_mrr n WHERE n.period_start = m.period_start), 0) AS value
FROM months m ORDER BY ALL
