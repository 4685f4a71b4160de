-- Wrong: everything that was live at some time in the month, also what ended in it: a swap counts twice.
SELECT m.period_start, coalesce(sum(s.mrr), 0) AS value
FROM months m LEFT JOIN subscriptions s
    ON s.started_on < m.period_end AND (s.ended_on IS NULL OR s.ended_on >= m.period_start)
GROUP BY ALL ORDER BY ALL
