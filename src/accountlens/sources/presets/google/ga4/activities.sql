/*
about: What people did on the site, from GA4's events.
needs: {events: [event_timestamp, event_name, user_pseudo_id]}
uses: {events: [event_params, user_id, event_bundle_sequence_id, traffic_source]}
*/
WITH events AS (
    SELECT
        e.*,
        CASE e.event_name
            WHEN 'page_view' THEN 'page_view'
            WHEN 'file_download' THEN 'content_downloaded'
            WHEN 'form_submit' THEN 'form_submitted'
            WHEN 'generate_lead' THEN 'form_submitted'
            WHEN 'sign_up' THEN 'form_submitted'
        END AS kind,
        -- Nested in Parquet and BigQuery, text in JSON files.
        CASE WHEN json_type(to_json(e.event_params)) = 'VARCHAR'
            THEN CAST(to_json(e.event_params) ->> '$' AS JSON) ELSE to_json(e.event_params) END AS params,
        CASE WHEN json_type(to_json(e.traffic_source)) = 'VARCHAR'
            THEN CAST(to_json(e.traffic_source) ->> '$' AS JSON) ELSE to_json(e.traffic_source) END AS came_from
    FROM source.events AS e
),
listed AS ( -- BigQuery's Parquet files wrap each element of a list
    SELECT
        *,
        CASE WHEN json_type(params) = 'ARRAY'
            THEN json_extract(params, '$[*]') ELSE json_extract(params, '$.list[*].element') END AS parts
    FROM events
    WHERE kind IS NOT NULL
),
told AS (
    SELECT
        *,
        list_filter(parts, lambda p: (p ->> '$.key') = 'ga_session_id')[1] ->> '$.value.int_value' AS session,
        list_filter(parts, lambda p: (p ->> '$.key') = 'page_location')[1] ->> '$.value.string_value' AS page
    FROM listed
)
SELECT
    concat_ws('-', user_pseudo_id, event_timestamp, event_name, event_bundle_sequence_id) AS activity_id,
    make_timestamp(CAST(event_timestamp AS BIGINT)) AS occurred_at, -- microseconds, UTC
    kind,
    user_id AS contact_id,
    'inbound' AS direction,
    'website' AS channel,
    user_pseudo_id || coalesce('.' || session, '') AS session_id,
    page,
    came_from ->> '$.source' AS traffic_source,
    came_from ->> '$.medium' AS traffic_medium,
    user_pseudo_id AS visitor_id
FROM told
