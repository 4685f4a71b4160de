/*
about: What each campaign of LinkedIn Ads cost on each day.
needs: {ad_analytics_by_campaign: [campaign_id, day, cost_in_local_currency]}
uses:
  ad_analytics_by_campaign: [impressions, clicks, one_click_leads]
  campaign_history: [id, account_id, campaign_group_id, last_modified_time]
  campaign_group_history: [id, name, last_modified_time]
  account_history: [id, currency, last_modified_time]
or_empty: [campaign_history, campaign_group_history, account_history]
*/
WITH campaigns AS (
    SELECT c.id, arg_max(c.account_id, CAST(c.last_modified_time AS TIMESTAMP)) AS account_id,
        arg_max(c.campaign_group_id, CAST(c.last_modified_time AS TIMESTAMP)) AS campaign_group_id
    FROM source.campaign_history AS c GROUP BY c.id
),
groups AS (
    SELECT g.id, arg_max(g.name, CAST(g.last_modified_time AS TIMESTAMP)) AS name
    FROM source.campaign_group_history AS g GROUP BY g.id
),
accounts AS (
    SELECT a.id, arg_max(a.currency, CAST(a.last_modified_time AS TIMESTAMP)) AS currency
    FROM source.account_history AS a GROUP BY a.id
)
SELECT
    d.campaign_id || '-' || left(CAST(d.day AS VARCHAR), 10) AS cost_id,
    left(CAST(d.day AS VARCHAR), 10) AS spent_on,
    d.cost_in_local_currency AS amount,
    upper(a.currency) AS currency,
    'advertising' AS category,
    'marketing' AS function,
    d.campaign_id,
    g.name AS program,
    d.impressions,
    d.clicks,
    d.one_click_leads
FROM source.ad_analytics_by_campaign AS d
LEFT JOIN campaigns AS c ON c.id = d.campaign_id
LEFT JOIN groups AS g ON g.id = c.campaign_group_id
LEFT JOIN accounts AS a ON a.id = c.account_id
WHERE d.cost_in_local_currency IS NOT NULL
