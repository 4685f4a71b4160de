-- Wrong: accounts won in the month over accounts with an outgoing touch in it, whether or not the ones are among the others.
SELECT m.period_start,
       (SELECT count(DISTINCT o.account_id) FROM opportunities o
        WHERE o.status = 'won' AND o.closed_at >= m.period_start AND o.closed_at < m.period_end)
       / nullif((SELECT count(DISTINCT a.account_id) FROM activities a WHERE is_touch(a.kind, a.is_automated) AND a.direction = 'outbound'
                 AND a.occurred_at >= m.period_start AND a.occurred_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
