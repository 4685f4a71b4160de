-- What is wrong: customers who have just bought more are taken for those who are likely to. That is the past, and no probability.
WITH customers AS (
    SELECT m.period_start AS month, m.period_end AS t, s.account_id, sum(s.mrr) AS mrr
    FROM months m JOIN subscriptions s ON s.account_id IS NOT NULL AND live(s.started_on, s.ended_on, m.period_end)
    GROUP BY ALL)
SELECT m.period_start,
       count(*) FILTER (WHERE EXISTS (FROM opportunities o WHERE o.account_id = c.account_id AND o.status = 'won' AND o.type IN ('upsell', 'cross_sell')
                                      AND o.closed_at >= c.t - INTERVAL 90 DAYS AND o.closed_at < c.t)) / nullif(count(c.account_id), 0) AS value
FROM months m LEFT JOIN customers c ON c.month = m.period_start
GROUP BY ALL ORDER BY ALL
