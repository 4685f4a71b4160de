/*
about: Meetings, calls, e-mails by hand, marketing e-mails and forms of HubSpot.
needs:
  contact: [id, property_email]
one_of: [engagement_meeting, engagement_call, engagement_email, email_event, contact_form_submission]
uses:
  engagement_meeting: [engagement_id, start_time, end_time, meeting_outcome, property_hs_meeting_start_time,
    property_hs_meeting_end_time, property_hs_meeting_outcome, property_hs_timestamp, property_hubspot_owner_id, _fivetran_deleted]
  engagement_call: [engagement_id, property_hs_timestamp, property_hs_createdate, property_hs_call_direction,
    property_hs_call_duration, property_hs_call_status, property_hubspot_owner_id, _fivetran_deleted]
  engagement_email: [engagement_id, property_hs_timestamp, property_hs_createdate, property_hs_email_direction,
    property_hubspot_owner_id, _fivetran_deleted]
  engagement_contact: [engagement_id, contact_id]
  engagement_company: [engagement_id, company_id]
  engagement_deal: [engagement_id, deal_id]
  email_event: [id, created, email_campaign_id, recipient, type, filtered_event]
  contact_form_submission: [contact_id, form_id, timestamp, conversion_id]
or_empty: [engagement_meeting, engagement_call, engagement_email, engagement_contact, engagement_company, engagement_deal,
  email_event, contact_form_submission]
*/
WITH engagements AS (
    SELECT
        m.engagement_id,
        coalesce(CAST(m.start_time AS VARCHAR), CAST(m.property_hs_meeting_start_time AS VARCHAR),
            CAST(m.property_hs_timestamp AS VARCHAR)) AS occurred_at,
        'meeting' AS kind,
        NULL AS direction,
        date_diff('second',
            CAST(coalesce(CAST(m.start_time AS VARCHAR), CAST(m.property_hs_meeting_start_time AS VARCHAR)) AS TIMESTAMPTZ),
            CAST(coalesce(CAST(m.end_time AS VARCHAR), CAST(m.property_hs_meeting_end_time AS VARCHAR)) AS TIMESTAMPTZ)
        ) / 60e0 AS minutes,
        lower(coalesce(m.meeting_outcome, m.property_hs_meeting_outcome, 'completed')) AS status,
        m.property_hubspot_owner_id AS owner_id
    FROM source.engagement_meeting AS m WHERE NOT coalesce(CAST(m._fivetran_deleted AS BOOLEAN), false)
    UNION ALL BY NAME
    SELECT
        c.engagement_id,
        coalesce(CAST(c.property_hs_timestamp AS VARCHAR), CAST(c.property_hs_createdate AS VARCHAR)) AS occurred_at,
        'call' AS kind,
        CASE WHEN upper(c.property_hs_call_direction) = 'INBOUND' THEN 'inbound' ELSE 'outbound' END AS direction,
        CAST(c.property_hs_call_duration AS DOUBLE) / 60000 AS minutes, -- given in milliseconds
        lower(coalesce(c.property_hs_call_status, 'completed')) AS status,
        c.property_hubspot_owner_id AS owner_id
    FROM source.engagement_call AS c WHERE NOT coalesce(CAST(c._fivetran_deleted AS BOOLEAN), false)
    UNION ALL BY NAME
    SELECT
        e.engagement_id,
        coalesce(CAST(e.property_hs_timestamp AS VARCHAR), CAST(e.property_hs_createdate AS VARCHAR)) AS occurred_at,
        CASE WHEN upper(e.property_hs_email_direction) = 'INCOMING_EMAIL' THEN 'email_replied' ELSE 'email_sent' END AS kind,
        CASE WHEN upper(e.property_hs_email_direction) = 'INCOMING_EMAIL' THEN 'inbound' ELSE 'outbound' END AS direction,
        e.property_hubspot_owner_id AS owner_id
    FROM source.engagement_email AS e WHERE NOT coalesce(CAST(e._fivetran_deleted AS BOOLEAN), false)
)
SELECT -- with several people of the account, one row for each of them
    'engagement-' || g.engagement_id || coalesce('-' || p.contact_id, '') AS activity_id,
    g.occurred_at,
    g.kind,
    k.company_id AS account_id,
    p.contact_id,
    g.owner_id AS employee_id,
    g.direction,
    d.deal_id AS opportunity_id,
    g.minutes,
    g.status,
    CASE WHEN g.kind LIKE 'email%' THEN 'engagement-' || g.engagement_id END AS message_id,
    false AS is_automated
FROM engagements AS g
LEFT JOIN source.engagement_contact AS p ON p.engagement_id = g.engagement_id
LEFT JOIN (SELECT engagement_id, min(c.company_id) AS company_id FROM source.engagement_company AS c GROUP BY 1) AS k
    ON k.engagement_id = g.engagement_id
LEFT JOIN (SELECT engagement_id, min(e.deal_id) AS deal_id FROM source.engagement_deal AS e GROUP BY 1) AS d
    ON d.engagement_id = g.engagement_id
WHERE coalesce(g.status, '') NOT IN ('canceled', 'rescheduled')

UNION ALL BY NAME

SELECT
    'mail-' || e.id AS activity_id,
    CAST(e.created AS VARCHAR) AS occurred_at,
    CASE e.type
        WHEN 'SENT' THEN 'email_sent' WHEN 'DELIVERED' THEN 'email_delivered' WHEN 'BOUNCE' THEN 'email_bounced'
        WHEN 'OPEN' THEN 'email_opened' WHEN 'CLICK' THEN 'email_clicked' WHEN 'STATUSCHANGE' THEN 'unsubscribed'
        WHEN 'SPAMREPORT' THEN 'unsubscribed'
    END AS kind,
    c.id AS contact_id,
    'email' AS channel,
    e.email_campaign_id AS campaign_id,
    -- A marketing e-mail reaches a person once.
    e.email_campaign_id || '-' || lower(e.recipient) AS message_id,
    true AS is_automated,
    CAST(e.filtered_event AS BOOLEAN) AS is_bot
FROM source.email_event AS e
LEFT JOIN source.contact AS c ON lower(c.property_email) = lower(e.recipient)
WHERE e.type IN ('SENT', 'DELIVERED', 'BOUNCE', 'OPEN', 'CLICK', 'STATUSCHANGE', 'SPAMREPORT')

UNION ALL BY NAME

SELECT
    'form-' || coalesce(CAST(f.conversion_id AS VARCHAR), f.contact_id || '-' || f.form_id || '-' || CAST(f.timestamp AS VARCHAR)) AS activity_id,
    CAST(f.timestamp AS VARCHAR) AS occurred_at,
    'form_submitted' AS kind,
    f.contact_id,
    'inbound' AS direction,
    'website' AS channel
FROM source.contact_form_submission AS f
