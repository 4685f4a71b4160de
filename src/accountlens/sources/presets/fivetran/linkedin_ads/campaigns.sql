/*
about: Campaigns of LinkedIn Ads, by their newest version.
needs: {campaign_history: [id, name, last_modified_time]}
uses:
  campaign_history: [campaign_group_id, created_time, run_schedule_start, run_schedule_end, objective_type]
  campaign_group_history: [id, name, last_modified_time]
or_empty: [campaign_group_history]
*/
WITH groups AS (
    SELECT g.id, arg_max(g.name, CAST(g.last_modified_time AS TIMESTAMP)) AS name
    FROM source.campaign_group_history AS g GROUP BY g.id
),
campaigns AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.id ORDER BY CAST(c.last_modified_time AS TIMESTAMP) DESC) AS age
    FROM source.campaign_history AS c
)
SELECT
    c.id AS campaign_id,
    c.name,
    'linkedin_ads' AS channel,
    g.name AS program,
    coalesce(CAST(c.run_schedule_start AS VARCHAR), CAST(c.created_time AS VARCHAR)) AS started_on,
    c.run_schedule_end AS ended_on,
    c.objective_type
FROM campaigns AS c
LEFT JOIN groups AS g ON g.id = c.campaign_group_id
WHERE c.age = 1
