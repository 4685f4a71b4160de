/*
about: What happened with each account in the last days and is told by week - visits, reactions to campaigns and use of the product, counted by local day and person. For pages; no KPI reads it.
key: [account_id, kind, day, contact_id, campaign_id, channel, feature]
primary: [activities, usage_events]
stored: false
reduced: true
parameters: {recent_days: 97}
*/
SELECT account_id, 'visit' AS kind, KPI_LOCAL_DATE(started_at) AS day, contact_id, CAST(NULL AS VARCHAR) AS campaign_id,
    CAST(NULL AS VARCHAR) AS channel, CAST(NULL AS VARCHAR) AS feature,
    MAX(started_at) AS happened_at, KPI_DOUBLE(COUNT(*)) AS times, KPI_DOUBLE(SUM(page_views)) AS page_views
FROM sessions
WHERE account_id IS NOT NULL AND started_at >= KPI_ADD_DAYS($as_of, 0 - $recent_days) AND started_at < $as_of
GROUP BY account_id, KPI_LOCAL_DATE(started_at), contact_id
UNION ALL
SELECT account_id, 'campaign', KPI_LOCAL_DATE(occurred_at), contact_id, campaign_id, channel, CAST(NULL AS VARCHAR),
    MAX(occurred_at), KPI_DOUBLE(COUNT(*)), CAST(NULL AS DOUBLE)
FROM campaign_touches
WHERE occurred_at >= KPI_ADD_DAYS($as_of, 0 - $recent_days) AND occurred_at < $as_of
GROUP BY account_id, KPI_LOCAL_DATE(occurred_at), contact_id, campaign_id, channel
UNION ALL
SELECT account_id, 'usage', KPI_LOCAL_DATE(occurred_at), contact_id, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), feature,
    MAX(occurred_at), KPI_DOUBLE(SUM(COALESCE("count", 1))), CAST(NULL AS DOUBLE)
FROM usage_events
WHERE account_id IS NOT NULL AND occurred_at >= KPI_ADD_DAYS($as_of, 0 - $recent_days) AND occurred_at < $as_of
GROUP BY account_id, KPI_LOCAL_DATE(occurred_at), contact_id, feature
