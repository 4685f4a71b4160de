-- Touches up to the closing / opportunities won in the month, both directions (sheet 3).
-- Per deal: the touches that name it, ts <= close; when no touch names it, the touches of its account with
-- created <= ts <= close (sheet 3: "default opportunity, else account"). The account's touches are all of them, also those that
-- name another deal. Deals without touches count with 0: also one without account, closed before created or creation unknown.
-- A close date without a time is 00:00 (G1), so a touch later that day is after it. Tier at the closing.
WITH touches AS (SELECT * FROM activities WHERE is_touch(kind, is_automated)),
won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier,
           (SELECT count(*) FROM touches t WHERE t.opportunity_id = o.opportunity_id) AS naming_it,
           (SELECT count(*) FROM touches t WHERE t.opportunity_id = o.opportunity_id AND t.occurred_at <= o.closed_at) AS own,
           (SELECT count(*) FROM touches t WHERE t.account_id = o.account_id
                AND t.occurred_at >= o.created_at AND t.occurred_at <= o.closed_at) AS of_account
    FROM opportunities o
    WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(CASE WHEN w.naming_it > 0 THEN w.own ELSE w.of_account END) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
