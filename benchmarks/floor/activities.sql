-- reads: engaged
WITH credited AS (
    SELECT account_id, m.p, count(*) AS conversions
    FROM credited_conversions JOIN months m ON base_at >= m.lo AND base_at < m.hi
    WHERE converted_at < m.horizon GROUP BY 1, 2
), known AS (
    SELECT account_id, m.p FROM accounts JOIN months m ON created_at IS NULL OR created_at < m.hi
), judged AS (
    SELECT *, CASE WHEN account_id <> '(unmatched)' AND score + 1e-9 >= 10 THEN 1 ELSE 0 END AS engaged FROM engaged
)
SELECT account_id, p, downloads AS content_downloads, social AS social_interactions, j.conversations,
    score AS engagement_score, COALESCE(engaged, 0) AS engaged_accounts,
    CASE WHEN k.p IS NOT NULL THEN COALESCE(engaged, 0) END AS engaged_account_rate,
    COALESCE(c.conversions, 0) / nullif(page_views, 0) AS event_conversion_rate
FROM judged j FULL JOIN known k USING (account_id, p) LEFT JOIN credited c USING (account_id, p)
