/*
about: Visits to the website - the page views of one session id of an account; where the source gives none, those of a person without a pause of 30 minutes.
key: [account_id, session_id, contact_id, started_at]
primary: activities
reach:  # a session id may come again at any time
  by: COALESCE(session_id, contact_id, account_id)
  events: {engagements: occurred_at}
  only: {engagements: kind = 'page_view'}
*/
WITH views AS (
    SELECT account_id, contact_id, session_id, channel, campaign_id, activity_id, occurred_at,
        -- who opens a page unknown and says his name on the next one is still the same visit
        CASE WHEN session_id IS NULL THEN contact_id END AS visitor_id
    FROM engagements
    WHERE kind = 'page_view'
),
paced AS (
    SELECT *,
        LAG(occurred_at) OVER (PARTITION BY account_id, session_id, visitor_id ORDER BY occurred_at, activity_id) AS before_at
    FROM views
),
opened AS (
    SELECT *,
        CASE WHEN before_at IS NOT NULL AND (session_id IS NOT NULL OR KPI_MINUTES(before_at, occurred_at) < 30)
            THEN 0 ELSE 1 END AS opens
    FROM paced
),
numbered AS (
    SELECT *,
        SUM(opens) OVER (PARTITION BY account_id, session_id, visitor_id ORDER BY occurred_at, activity_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM opened
)
SELECT account_id, session_id, MIN(contact_id) AS contact_id,
    MIN(occurred_at) AS started_at,
    MAX(occurred_at) AS last_view_at,
    COUNT(*) AS page_views,
    MAX(channel) FILTER (WHERE opens = 1) AS channel,
    MAX(campaign_id) FILTER (WHERE opens = 1) AS campaign_id
FROM numbered
GROUP BY account_id, session_id, visitor_id, number
