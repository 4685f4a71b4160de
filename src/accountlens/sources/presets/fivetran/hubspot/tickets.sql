/*
about: Tickets of HubSpot.
needs: {ticket: [id, property_createdate]}
uses:
  ticket: [property_closed_date, property_first_agent_reply_date, property_hs_ticket_priority, property_hs_pipeline_stage,
    property_hs_ticket_category, property_subject, is_deleted, _fivetran_deleted]
  ticket_company: [ticket_id, company_id]
  ticket_contact: [ticket_id, contact_id]
  ticket_pipeline_stage: [stage_id, label, ticket_state]
or_empty: [ticket_company, ticket_contact, ticket_pipeline_stage]
*/
SELECT
    t.id AS ticket_id,
    t.property_createdate AS created_at,
    c.company_id AS account_id,
    p.contact_id,
    lower(t.property_hs_ticket_priority) AS priority,
    t.property_first_agent_reply_date AS first_response_at,
    t.property_closed_date AS solved_at,
    coalesce(s.label, CAST(t.property_hs_pipeline_stage AS VARCHAR)) AS status,
    t.property_hs_ticket_category AS category,
    t.property_subject AS subject
FROM source.ticket AS t
LEFT JOIN (SELECT ticket_id, min(m.company_id) AS company_id FROM source.ticket_company AS m GROUP BY 1) AS c
    ON c.ticket_id = t.id
LEFT JOIN (SELECT ticket_id, min(m.contact_id) AS contact_id FROM source.ticket_contact AS m GROUP BY 1) AS p
    ON p.ticket_id = t.id
LEFT JOIN source.ticket_pipeline_stage AS s ON s.stage_id = t.property_hs_pipeline_stage
WHERE NOT coalesce(CAST(t.is_deleted AS BOOLEAN), CAST(t._fivetran_deleted AS BOOLEAN), false)
