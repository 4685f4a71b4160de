-- Wrong: accounts with a subscription that ends; who swaps plans, keeps another or comes back has not left.
WITH paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL GROUP BY m.period_start, m.period_end, s.account_id)
SELECT m.period_start,
       (SELECT count(DISTINCT s.account_id) FROM subscriptions s WHERE s.ended_on >= m.period_start AND s.ended_on < m.period_end)
       / nullif((SELECT count(*) FILTER (WHERE p.opening > 0) FROM paying p WHERE p.month = m.period_start), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
