/*
about: What people did on the site, from the actions of Matomo's visits (CSV - a group of columns for each action).
needs: {visits: [id_visit, "type (actionDetails 0)", "timestamp (actionDetails 0)"]}
uses: {visits: [user_id, visitor_id, referrer_type, referrer_name, "url (actionDetails 0)"]}
*/
WITH told AS (
    SELECT v.*, to_json(v) AS visit
    FROM source.visits AS v
),
placed AS (
    SELECT
        *,
        unnest(list_filter(
            list_transform(json_keys(visit), lambda k: regexp_extract(k, '^type \(actionDetails (\d+)\)$', 1)),
            lambda n: n <> ''
        )) AS place
    FROM told
),
actions AS (
    SELECT
        *,
        json_extract_string(visit, '$."type (actionDetails ' || place || ')"') AS what,
        json_extract_string(visit, '$."timestamp (actionDetails ' || place || ')"') AS seconds,
        json_extract_string(visit, '$."url (actionDetails ' || place || ')"') AS page
    FROM placed
)
SELECT
    concat_ws('-', CAST(id_visit AS VARCHAR), place) AS activity_id,
    make_timestamp(CAST(seconds AS BIGINT) * 1000000) AS occurred_at, -- UTC
    CASE what WHEN 'action' THEN 'page_view' WHEN 'download' THEN 'content_downloaded' END AS kind,
    CASE WHEN NOT contains(CAST(user_id AS VARCHAR), '@') THEN CAST(user_id AS VARCHAR) END AS contact_id,
    CASE WHEN contains(CAST(user_id AS VARCHAR), '@') THEN lower(CAST(user_id AS VARCHAR)) END AS email,
    'inbound' AS direction,
    'website' AS channel,
    CAST(id_visit AS VARCHAR) AS session_id,
    page,
    CAST(referrer_type AS VARCHAR) AS traffic_medium,
    CAST(referrer_name AS VARCHAR) AS traffic_source,
    CAST(visitor_id AS VARCHAR) AS visitor_id
FROM actions
WHERE what IN ('action', 'download')
