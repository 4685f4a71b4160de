-- Licensed users active in [t - 30 d, t) / seats, t = the month's end. AMBIGUOUS: the entry's three fractions are ids of their own (13);
-- product_adoption itself is read as the first of them, seat_adoption, like "renewal_rate = the first".
-- A user counts once, when the account has seats at the use and, where it has entitlements, the feature used is one of them (or none is
-- named); use outside is ignored, our own people are out. Seats: rows without feature, live at t. No seats: null. Tier just before t.
WITH covered AS (
    SELECT u.account_id, u.contact_id, u.occurred_at FROM usage_events u
    WHERE EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NULL
                  AND u.occurred_at >= l.started_on AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on))
      AND (u.feature IS NULL OR NOT EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NOT NULL)
           OR EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature = u.feature
                      AND u.occurred_at >= l.started_on AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on)))),
licensed AS (  -- per month and account with seats at t: its seats and its active users
    SELECT m.period_start AS month, tier_before(l.account_id, m.period_end) AS tier, l.account_id, sum(l.seats) AS seats,
           (SELECT count(DISTINCT c.contact_id) FROM covered c WHERE c.account_id = l.account_id
            AND c.occurred_at >= m.period_end - INTERVAL 30 DAYS AND c.occurred_at < m.period_end) AS users
    FROM months m JOIN licences l ON l.feature IS NULL AND live(l.started_on, l.ended_on, m.period_end)
    GROUP BY m.period_start, m.period_end, l.account_id),
groups AS (SELECT DISTINCT tier FROM licensed UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, sum(l.users) / nullif(sum(l.seats), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN licensed l ON l.month = m.period_start AND (g.tier IS NULL OR l.tier = g.tier)
GROUP BY ALL ORDER BY ALL
