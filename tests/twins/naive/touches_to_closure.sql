-- Wrong: the mean over the deals with a touch; one that closed without any counts with 0.
-- And always the account's touches, also where some name the deal.
WITH won AS (
    SELECT date_trunc('month', o.closed_at)::DATE AS month, o.opportunity_id,
           (SELECT count(*) FROM activities t WHERE is_touch(t.kind, t.is_automated) AND t.account_id = o.account_id
            AND t.occurred_at >= o.created_at AND t.occurred_at <= o.closed_at) AS touches
    FROM opportunities o WHERE o.status = 'won')
SELECT m.period_start, avg(w.touches) FILTER (WHERE w.touches > 0) AS value
FROM months m LEFT JOIN won w ON w.month = m.period_start GROUP BY ALL ORDER BY ALL
