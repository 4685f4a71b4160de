-- Wrong: what is live on the first of the next month; a subscription ending exactly then was still paid at the close (G2).
SELECT m.period_start, 12 * coalesce(sum(s.mrr), 0) AS value
FROM months m LEFT JOIN subscriptions s
    ON s.started_on <= m.period_end AND (s.ended_on IS NULL OR s.ended_on > m.period_end)
GROUP BY ALL ORDER BY ALL
