/*
about: E-mails of Marketo and what became of them, for the person that is left after merges.
needs:
  activity_send_email: [id, activity_date, lead_id]
uses:
  activity_send_email: [campaign_id, campaign_run_id, email_template_id, action_result]
  activity_email_delivered: [id, activity_date, lead_id, campaign_id, campaign_run_id, email_template_id]
  activity_email_bounced: [id, activity_date, lead_id, campaign_id, campaign_run_id, email_template_id, category]
  activity_email_bounced_soft: [id, activity_date, lead_id, campaign_id, campaign_run_id, email_template_id]
  activity_open_email: [id, activity_date, lead_id, campaign_id, campaign_run_id, email_template_id]
  activity_click_email: [id, activity_date, lead_id, campaign_id, campaign_run_id, email_template_id]
  activity_unsubscribe_email: [id, activity_date, lead_id, campaign_id, email_template_id]
  activity_merge_leads: [lead_id, merge_ids, activity_date]
  campaign: [id, program_id]
or_empty: [activity_email_delivered, activity_email_bounced, activity_email_bounced_soft,
  activity_open_email, activity_click_email, activity_unsubscribe_email, activity_merge_leads, campaign]
*/
WITH events AS (
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_sent' AS kind, NULL AS status
    FROM source.activity_send_email AS a
    WHERE coalesce(lower(a.action_result), 'succeeded') <> 'skipped'
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_delivered' AS kind, NULL AS status
    FROM source.activity_email_delivered AS a
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_bounced' AS kind, CASE WHEN CAST(a.category AS INTEGER) IN (1, 2) THEN 'hard' ELSE 'soft' END AS status
    FROM source.activity_email_bounced AS a
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_bounced' AS kind, 'soft' AS status
    FROM source.activity_email_bounced_soft AS a
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_opened' AS kind, NULL AS status
    FROM source.activity_open_email AS a
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(a.campaign_run_id AS VARCHAR) AS run, a.email_template_id,
        'email_clicked' AS kind, NULL AS status
    FROM source.activity_click_email AS a
    UNION ALL
    SELECT a.id, a.activity_date, a.lead_id, a.campaign_id, CAST(NULL AS VARCHAR) AS run, a.email_template_id,
        'unsubscribed' AS kind, NULL AS status
    FROM source.activity_unsubscribe_email AS a
),
merges AS ( -- who became whom; merge_ids is a list such as [1286861]
    SELECT CAST(m.lead_id AS VARCHAR) AS kept, unnest(regexp_extract_all(CAST(m.merge_ids AS VARCHAR), '\d+')) AS gone,
        CAST(m.activity_date AS TIMESTAMPTZ) AS merged_at
    FROM source.activity_merge_leads AS m
),
latest AS (
    SELECT gone, arg_max(kept, merged_at) AS kept FROM merges GROUP BY gone
),
survivors AS ( -- through merges of merges
    WITH RECURSIVE chain(gone, kept, steps) AS (
        SELECT gone, kept, 1 FROM latest
        UNION ALL
        SELECT c.gone, l.kept, c.steps + 1 FROM chain AS c JOIN latest AS l ON l.gone = c.kept WHERE c.steps < 20
    )
    SELECT gone, arg_max(kept, steps) AS kept FROM chain GROUP BY gone
)
SELECT
    e.kind || '-' || e.id AS activity_id,
    e.activity_date AS occurred_at,
    e.kind,
    coalesce(s.kept, CAST(e.lead_id AS VARCHAR)) AS contact_id,
    'email' AS channel,
    p.program_id AS campaign_id,
    concat_ws('-', e.email_template_id, e.campaign_id, e.run) AS message_id,
    e.status,
    true AS is_automated
FROM events AS e
LEFT JOIN survivors AS s ON s.gone = CAST(e.lead_id AS VARCHAR)
LEFT JOIN source.campaign AS p ON p.id = e.campaign_id
