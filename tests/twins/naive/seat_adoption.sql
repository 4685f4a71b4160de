-- Wrong: everybody who used anything; use without a licence or an entitlement does not count.
SELECT m.period_start,
       (SELECT count(DISTINCT u.contact_id) FROM usage_events u
        WHERE u.occurred_at >= m.period_end - INTERVAL 30 DAYS AND u.occurred_at < m.period_end)
       / nullif((SELECT sum(l.seats) FROM licences l WHERE l.feature IS NULL AND live(l.started_on, l.ended_on, m.period_end)), 0) AS value
FROM months m ORDER BY ALL
