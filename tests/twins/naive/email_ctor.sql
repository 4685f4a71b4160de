-- Wrong: all clicks / all opens of the month, not the messages clicked and opened at least once.
SELECT m.period_start,
       (SELECT count(*) FROM activities a WHERE a.kind = 'email_clicked' AND a.occurred_at >= m.period_start AND a.occurred_at < m.period_end)
       / nullif((SELECT count(*) FROM activities a WHERE a.kind = 'email_opened'
                 AND a.occurred_at >= m.period_start AND a.occurred_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
