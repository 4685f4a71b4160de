/*
about: Meetings, calls and e-mails by hand of HubSpot.
needs:
  engagement_meeting: [engagement_id]
  engagement_call: [engagement_id]
  engagement_email: [engagement_id]
uses:
  engagement_meeting: [property_hs_meeting_start_time, property_hs_meeting_end_time, property_hs_meeting_outcome,
    property_hs_timestamp, property_hubspot_owner_id, is_deleted]
  engagement_call: [property_hs_timestamp, property_hs_createdate, property_hs_call_direction, property_hs_call_duration,
    property_hs_call_status, property_hubspot_owner_id, is_deleted]
  engagement_email: [property_hs_timestamp, property_hs_createdate, property_hs_email_direction,
    property_hubspot_owner_id, is_deleted]
  meeting_contact: [engagement_id, contact_id]
  call_contact: [engagement_id, contact_id]
  email_contact: [engagement_id, contact_id]
  meeting_company: [engagement_id, company_id]
  call_company: [engagement_id, company_id]
  email_company: [engagement_id, company_id]
  meeting_deal: [engagement_id, deal_id]
  call_deal: [engagement_id, deal_id]
  email_deal: [engagement_id, deal_id]
or_empty: [engagement_meeting, engagement_call, engagement_email, meeting_contact, call_contact, email_contact,
  meeting_company, call_company, email_company, meeting_deal, call_deal, email_deal]
*/
WITH links AS (
    SELECT engagement_id, contact_id, NULL AS company_id, NULL AS deal_id FROM source.meeting_contact
    UNION ALL BY NAME SELECT engagement_id, contact_id FROM source.call_contact
    UNION ALL BY NAME SELECT engagement_id, contact_id FROM source.email_contact
    UNION ALL BY NAME SELECT engagement_id, company_id FROM source.meeting_company
    UNION ALL BY NAME SELECT engagement_id, company_id FROM source.call_company
    UNION ALL BY NAME SELECT engagement_id, company_id FROM source.email_company
    UNION ALL BY NAME SELECT engagement_id, deal_id FROM source.meeting_deal
    UNION ALL BY NAME SELECT engagement_id, deal_id FROM source.call_deal
    UNION ALL BY NAME SELECT engagement_id, deal_id FROM source.email_deal
),
engagements AS (
    SELECT
        m.engagement_id,
        coalesce(CAST(m.property_hs_meeting_start_time AS VARCHAR), CAST(m.property_hs_timestamp AS VARCHAR)) AS occurred_at,
        'meeting' AS kind,
        NULL AS direction,
        date_diff('second', CAST(m.property_hs_meeting_start_time AS TIMESTAMPTZ),
            CAST(m.property_hs_meeting_end_time AS TIMESTAMPTZ)) / 60e0 AS minutes,
        lower(coalesce(m.property_hs_meeting_outcome, 'completed')) AS status,
        m.property_hubspot_owner_id AS owner_id
    FROM source.engagement_meeting AS m WHERE NOT coalesce(CAST(m.is_deleted AS BOOLEAN), false)
    UNION ALL BY NAME
    SELECT
        c.engagement_id,
        coalesce(CAST(c.property_hs_timestamp AS VARCHAR), CAST(c.property_hs_createdate AS VARCHAR)) AS occurred_at,
        'call' AS kind,
        CASE WHEN upper(c.property_hs_call_direction) = 'INBOUND' THEN 'inbound' ELSE 'outbound' END AS direction,
        CAST(c.property_hs_call_duration AS DOUBLE) / 60000 AS minutes, -- given in milliseconds
        lower(coalesce(c.property_hs_call_status, 'completed')) AS status,
        c.property_hubspot_owner_id AS owner_id
    FROM source.engagement_call AS c WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false)
    UNION ALL BY NAME
    SELECT
        e.engagement_id,
        coalesce(CAST(e.property_hs_timestamp AS VARCHAR), CAST(e.property_hs_createdate AS VARCHAR)) AS occurred_at,
        CASE WHEN upper(e.property_hs_email_direction) = 'INCOMING_EMAIL' THEN 'email_replied' ELSE 'email_sent' END AS kind,
        CASE WHEN upper(e.property_hs_email_direction) = 'INCOMING_EMAIL' THEN 'inbound' ELSE 'outbound' END AS direction,
        e.property_hubspot_owner_id AS owner_id
    FROM source.engagement_email AS e WHERE NOT coalesce(CAST(e.is_deleted AS BOOLEAN), false)
)
SELECT -- with several people of the account, one row for each of them
    'engagement-' || g.engagement_id || coalesce('-' || p.contact_id, '') AS activity_id,
    g.occurred_at,
    g.kind,
    k.company_id AS account_id,
    p.contact_id,
    g.owner_id AS employee_id,
    g.direction,
    k.deal_id AS opportunity_id,
    g.minutes,
    g.status,
    CASE WHEN g.kind LIKE 'email%' THEN 'engagement-' || g.engagement_id END AS message_id,
    false AS is_automated
FROM engagements AS g
LEFT JOIN (SELECT DISTINCT engagement_id, contact_id FROM links WHERE contact_id IS NOT NULL) AS p
    ON p.engagement_id = g.engagement_id
LEFT JOIN (SELECT engagement_id, min(company_id) AS company_id, min(deal_id) AS deal_id FROM links GROUP BY 1) AS k
    ON k.engagement_id = g.engagement_id
WHERE coalesce(g.status, '') NOT IN ('canceled', 'rescheduled')
