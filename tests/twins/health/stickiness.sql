-- Mean daily active users over the 30 days before t / distinct users active in them, t = the month's end (sheet 7).
-- Mean over all 30 days, silent ones are 0: (user x day) / 30. A user is active once a day however often. Nobody: null.
-- Usage outside licence or entitlement is ignored (sheet 7): as in seat_adoption, judged at the use: the account has seats then, and
-- where it has entitlements the feature is one of them. AMBIGUOUS: a licence that has ended since still covers the use of its time;
-- there are no seats below the line that would have to be live at t. Our own people are out (G6). Tier just before t.
WITH licensed AS (
    SELECT u.* FROM usage_events u
    WHERE EXISTS (SELECT 1 FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NULL
                  AND l.started_on <= u.occurred_at AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on))
      AND (u.feature IS NULL
           OR NOT EXISTS (SELECT 1 FROM licences e WHERE e.account_id = u.account_id AND e.feature IS NOT NULL)
           OR EXISTS (SELECT 1 FROM licences e WHERE e.account_id = u.account_id AND e.feature = u.feature
                      AND e.started_on <= u.occurred_at AND (e.ended_on IS NULL OR u.occurred_at < e.ended_on)))),
active AS (
    SELECT DISTINCT m.period_start AS month, tier_before(u.account_id, m.period_end) AS tier, u.contact_id, u.occurred_at::DATE AS day
    FROM months m JOIN licensed u ON u.occurred_at >= m.period_end - INTERVAL 30 DAYS AND u.occurred_at < m.period_end),
groups AS (SELECT DISTINCT tier FROM active UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(DISTINCT (a.contact_id, a.day)) FILTER (WHERE a.contact_id IS NOT NULL) / 30.0 / nullif(count(DISTINCT a.contact_id), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN active a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
