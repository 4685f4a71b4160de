-- Wrong: clicks of the month / mails of the month; a person who clicks twice counts twice, and for another month's mail.
SELECT m.period_start,
       (SELECT count(*) FROM activities a WHERE a.kind = 'email_clicked' AND a.occurred_at >= m.period_start AND a.occurred_at < m.period_end)
       / nullif((SELECT count(*) FROM activities a WHERE a.kind = 'email_sent'
                 AND a.occurred_at >= m.period_start AND a.occurred_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
