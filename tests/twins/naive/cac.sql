-- Wrong: divides by the deals won; the second deal of a customer is no new customer.
SELECT m.period_start,
       (SELECT sum(c.amount) FROM costs c WHERE c."function" IN ('sales', 'marketing')
        AND c.spent_on >= m.period_start AND c.spent_on < m.period_end)
       / nullif((SELECT count(*) FROM opportunities o WHERE o.status = 'won'
                 AND o.closed_at >= m.period_start AND o.closed_at < m.period_end), 0) AS value
FROM months m ORDER BY ALL
