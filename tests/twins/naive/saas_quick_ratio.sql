-- Wrong: started / ended subscriptions; a swap is growth and loss at once.
SELECT m.period_start,
       (SELECT sum(s.mrr) FROM subscriptions s WHERE s.started_on >= m.period_start AND s.started_on < m.period_end)
       / nullif((SELECT sum(s.mrr) FROM subscriptions s WHERE s.ended_on >= m.period_start AND s.ended_on < m.period_end), 0) AS value
FROM months m ORDER BY ALL
