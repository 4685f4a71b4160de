/*
about: Marketing e-mails of HubSpot, each a campaign.
needs: {email_campaign: [id]}
uses: {email_campaign: [name, subject, type]}
*/
SELECT
    e.id AS campaign_id,
    coalesce(e.name, e.subject, CAST(e.id AS VARCHAR)) AS name,
    'email' AS channel,
    e.type AS email_type
FROM source.email_campaign AS e
