/*
about: Opportunities and people that an account manager brought in from accounts that fit, with the first meeting held afterwards.
key: [kind, spotted_id]
primary: [opportunities, leads]
parameters:
  min_fit: 50
  spotted_sources: [account_manager, account manager, am]
*/
WITH brought AS (
    SELECT l.account_id, l.owner_id, l.created_at, l.lead_id,
        COALESCE('mail ' || LOWER(l.email), 'contact ' || l.contact_id, 'lead ' || l.lead_id) AS person_id
    FROM leads l
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = l.contact_id
    WHERE LOWER(TRIM(l.source)) IN $spotted_sources AND i.internal_id IS NULL
),
people AS (
    -- of several leads of one person the first of such a source counts
    SELECT *, ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY created_at, lead_id) AS number
    FROM brought
),
found AS (
    SELECT 'opportunity' AS kind, opportunity_id AS spotted_id, account_id, owner_id, created_at
    FROM opportunities
    WHERE LOWER(TRIM(source)) IN $spotted_sources AND created_at IS NOT NULL
    UNION ALL
    SELECT 'lead', person_id, account_id, owner_id, created_at
    FROM people
    WHERE number = 1
),
fitting AS (
    SELECT f.kind, f.spotted_id, f.account_id, f.owner_id, f.created_at
    FROM found f
    JOIN accounts a ON a.account_id = f.account_id
    WHERE a.fit_score >= $min_fit
),
meetings AS (
    SELECT account_id, occurred_at FROM touches WHERE kind = 'meeting' AND status = 'completed' AND account_id IS NOT NULL
)
SELECT f.kind, f.spotted_id, f.account_id, f.owner_id, f.created_at, MIN(m.occurred_at) AS met_at
FROM fitting f
LEFT JOIN meetings m ON m.account_id = f.account_id AND m.occurred_at >= f.created_at
GROUP BY f.kind, f.spotted_id, f.account_id, f.owner_id, f.created_at
