-- Wrong: revenue, not margin: the ratio looks a quarter better than it is.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s GROUP BY m.period_start, m.period_end, s.account_id)
SELECT m.period_start,
       (SELECT sum(p.closing) / nullif(count(p.account_id) FILTER (WHERE p.closing > 0), 0) FROM paying p WHERE p.month = m.period_start)
       / nullif((SELECT count(p.account_id) FILTER (WHERE p.opening > 0 AND p.closing = 0)
                        / nullif(count(p.account_id) FILTER (WHERE p.opening > 0), 0)::DOUBLE
                 FROM paying p WHERE p.month = m.period_start), 0)
       / nullif((SELECT sum(c.amount) FROM costs c WHERE c."function" IN ('sales', 'marketing')
        AND c.spent_on >= m.period_start AND c.spent_on < m.period_end)
                / nullif((SELECT count(*) FROM firsts f WHERE f.won_at >= m.period_start AND f.won_at < m.period_end), 0), 0) AS value
FROM months m ORDER BY ALL
