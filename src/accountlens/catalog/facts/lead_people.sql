/*
about: One person who showed interest, however many leads say so - same e-mail whatever its case, else same contact, else the lead itself. Internal people are out.
key: [person_id]
primary: leads
*/
WITH named AS (
    SELECT l.lead_id, l.account_id, l.contact_id, l.source, l.owner_id, l.created_at, l.score, l.became_mql_at, l.became_sql_at,
        l.budget, l.authority, l.need, l.timeline,
        COALESCE('mail ' || LOWER(l.email), 'contact ' || l.contact_id, 'lead ' || l.lead_id) AS person_id
    FROM leads l
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = l.contact_id
    WHERE i.internal_id IS NULL
),
numbered AS (
    SELECT *,
        ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY created_at, lead_id) AS number,
        ROW_NUMBER() OVER (PARTITION BY person_id, CASE WHEN account_id IS NULL THEN 0 ELSE 1 END ORDER BY created_at, lead_id) AS account_number
    FROM named
)
SELECT person_id,
    COUNT(*) AS leads,
    MIN(created_at) AS created_at,
    MAX(lead_id) FILTER (WHERE number = 1) AS lead_id,
    -- the account of the first lead that has one; source and owner of the first lead
    MAX(account_id) FILTER (WHERE account_number = 1) AS account_id,
    MAX(contact_id) FILTER (WHERE number = 1) AS contact_id,
    MAX(source) FILTER (WHERE number = 1) AS source,
    MAX(owner_id) FILTER (WHERE number = 1) AS owner_id,
    MAX(score) AS score,
    MIN(became_mql_at) AS became_mql_at,
    MIN(became_sql_at) AS became_sql_at,
    COALESCE(MAX(CASE WHEN need THEN 1 ELSE 0 END), 0) AS need,
    -- how many of budget, authority, need and timeline are known to be there
    MAX(CASE WHEN budget THEN 1 ELSE 0 END) + MAX(CASE WHEN authority THEN 1 ELSE 0 END)
        + MAX(CASE WHEN need THEN 1 ELSE 0 END) + MAX(CASE WHEN timeline THEN 1 ELSE 0 END) AS bant
FROM numbered
GROUP BY person_id
