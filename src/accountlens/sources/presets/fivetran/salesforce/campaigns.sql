/*
about: Campaigns of Salesforce.
needs: {campaign: [id, name]}
uses: {campaign: [type, parent_id, start_date, end_date, is_deleted]}
*/
SELECT
    c.id AS campaign_id,
    c.name,
    c.type AS channel,
    p.name AS program,
    c.start_date AS started_on,
    c.end_date AS ended_on
FROM source.campaign AS c
LEFT JOIN source.campaign AS p ON p.id = c.parent_id
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false)
