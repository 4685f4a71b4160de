-- Wrong: what is open today; a ticket solved since then was open at the time.
SELECT m.period_start, count(k.ticket_id) AS value
FROM months m LEFT JOIN tickets k
    ON k.created_at < m.period_end AND k.solved_at IS NULL
GROUP BY ALL ORDER BY ALL
