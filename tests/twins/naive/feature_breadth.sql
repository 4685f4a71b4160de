-- Wrong: counts whatever is used, whether it is entitled or not.
SELECT m.period_start,
       (SELECT count(DISTINCT (u.account_id, u.feature)) FROM usage_events u
        WHERE u.feature IS NOT NULL AND u.occurred_at >= m.period_end - INTERVAL 30 DAYS AND u.occurred_at < m.period_end)
       / nullif((SELECT count(DISTINCT (l.account_id, l.feature)) FROM licences l
                 WHERE l.feature IS NOT NULL AND live(l.started_on, l.ended_on, m.period_end)), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
