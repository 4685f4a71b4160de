/*
about: Visits to the website - page views without a pause of 30 minutes, or of one session id where there is one.
key: [account_id, visitor_id, started_at]
primary: activities
*/
WITH views AS (
    SELECT account_id, contact_id, session_id, channel, campaign_id, occurred_at,
        LAG(occurred_at) OVER (PARTITION BY account_id, contact_id, session_id ORDER BY occurred_at, activity_id) AS before_at,
        activity_id
    FROM engagements
    WHERE kind = 'page_view'
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN before_at IS NOT NULL AND (session_id IS NOT NULL OR KPI_MINUTES(before_at, occurred_at) < 30) THEN 0 ELSE 1 END)
            OVER (PARTITION BY account_id, contact_id, session_id ORDER BY occurred_at, activity_id
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM views
)
SELECT account_id, contact_id, session_id, contact_id AS visitor_id,
    MIN(occurred_at) AS started_at,
    MAX(occurred_at) AS last_view_at,
    COUNT(*) AS page_views,
    KPI_EARLIEST(channel, occurred_at) AS channel,
    KPI_EARLIEST(campaign_id, occurred_at) AS campaign_id
FROM numbered
GROUP BY account_id, contact_id, session_id, number
