-- Wrong: a deal without amount counts as 0 in the mean deal, and one closed before its creation shortens the cycle.
SELECT m.period_start,
       count(*) FILTER (WHERE o.created_at < m.period_end AND o.qualified_at < m.period_end AND (o.status = 'open' OR o.closed_at >= m.period_end))
       * avg(coalesce(o.amount, 0)) FILTER (WHERE o.status = 'won' AND o.closed_at >= m.period_end - INTERVAL 365 DAYS AND o.closed_at < m.period_end)
       * avg((o.status = 'won')::INT) FILTER (WHERE o.status IN ('won', 'lost') AND o.closed_at >= m.period_end - INTERVAL 365 DAYS AND o.closed_at < m.period_end)
       / nullif(avg(epoch(o.closed_at - o.created_at) / 86400)
                FILTER (WHERE o.status = 'won' AND o.closed_at >= m.period_end - INTERVAL 365 DAYS AND o.closed_at < m.period_end), 0) AS value
FROM months m LEFT JOIN opportunities o
    ON true
GROUP BY m.period_start, m.period_end ORDER BY ALL
