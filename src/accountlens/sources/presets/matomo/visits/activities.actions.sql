/*
about: What people did on the site, from the actions of Matomo's visits (JSON).
needs: {visits: [id_visit, action_details]}
uses: {visits: [user_id, visitor_id, referrer_type, referrer_name]}
*/
WITH told AS (
    SELECT
        v.*,
        -- Nested, or text, whichever way the file was read.
        CASE WHEN json_type(to_json(v.action_details)) = 'VARCHAR'
            THEN CAST(to_json(v.action_details) ->> '$' AS JSON) ELSE to_json(v.action_details) END AS details
    FROM source.visits AS v
),
placed AS (
    SELECT *, unnest(range(CAST(json_array_length(details) AS BIGINT))) AS place
    FROM told
),
actions AS (
    SELECT *, json_extract(details, '$[' || place || ']') AS action
    FROM placed
)
SELECT
    concat_ws('-', CAST(id_visit AS VARCHAR), place) AS activity_id,
    make_timestamp(CAST(action ->> '$.timestamp' AS BIGINT) * 1000000) AS occurred_at, -- seconds, UTC
    CASE action ->> '$.type' WHEN 'action' THEN 'page_view' WHEN 'download' THEN 'content_downloaded' END AS kind,
    CASE WHEN NOT contains(CAST(user_id AS VARCHAR), '@') THEN CAST(user_id AS VARCHAR) END AS contact_id,
    CASE WHEN contains(CAST(user_id AS VARCHAR), '@') THEN lower(CAST(user_id AS VARCHAR)) END AS email,
    'inbound' AS direction,
    'website' AS channel,
    CAST(id_visit AS VARCHAR) AS session_id,
    action ->> '$.url' AS page,
    CAST(referrer_type AS VARCHAR) AS traffic_medium,
    CAST(referrer_name AS VARCHAR) AS traffic_source,
    CAST(visitor_id AS VARCHAR) AS visitor_id
FROM actions
WHERE action ->> '$.type' IN ('action', 'download')
