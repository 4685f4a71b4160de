-- reads: seated
WITH entitled AS (
    SELECT account_id, m.p, count(DISTINCT feature) AS features
    FROM licences JOIN months m ON (started_on IS NULL OR started_on < m.hi) AND (ended_on IS NULL OR ended_on >= m.hi)
    WHERE feature IS NOT NULL AND account_id IS NOT NULL AND (ended_on IS NULL OR started_on IS NULL OR ended_on > started_on)
    GROUP BY 1, 2
), used AS (
    SELECT account_id, m.p, count(*) AS features
    FROM used_features JOIN months m ON from_at < m.hi AND to_at >= m.hi GROUP BY 1, 2
), daily AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) / 30 / count(DISTINCT contact_id) AS stickiness
    FROM user_days JOIN months m ON used_at >= m.hi - to_seconds(30 * 86400) AND used_at < m.hi GROUP BY 1, 2
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, users / nullif(seats, 0) AS seat_adoption,
    seat_adoption AS product_adoption, COALESCE(u.features, 0) / e.features AS feature_breadth, stickiness
FROM seated FULL JOIN entitled e USING (account_id, p) LEFT JOIN used u USING (account_id, p) FULL JOIN daily USING (account_id, p)
