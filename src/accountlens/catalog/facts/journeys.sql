/*
about: The campaign touches that led up to each won or lost opportunity, in their order - those of its account in the days before the close, the close included.
key: [opportunity_id, activity_id]
primary: activities
stored: false
reduced: true
parameters: {lookback_days: 90, path: account}
*/
WITH decided AS (
    SELECT opportunity_id, account_id, owner_id, product_id, type, status, amount, created_at, closed_at,
        KPI_ADD_DAYS(closed_at, 0 - $lookback_days) AS from_at
    FROM opportunities
    WHERE status IN ('won', 'lost') AND closed_at IS NOT NULL
)
SELECT d.opportunity_id, t.activity_id, d.account_id, d.owner_id, d.product_id, d.type, d.status,
    COALESCE(d.amount, 0) AS amount, d.created_at, d.closed_at,
    t.occurred_at, t.contact_id, t.kind, t.campaign_id, t.channel, t.program,
    ROW_NUMBER() OVER (PARTITION BY d.opportunity_id ORDER BY t.occurred_at, t.activity_id) AS position,
    COUNT(*) OVER (PARTITION BY d.opportunity_id) AS touches
FROM decided d
JOIN campaign_touches t ON t.account_id = d.account_id AND t.occurred_at >= d.from_at AND t.occurred_at <= d.closed_at
LEFT JOIN opportunity_contacts p ON p.opportunity_id = d.opportunity_id AND p.contact_id = t.contact_id
-- path=person: the people that the opportunity names, not everybody of the account
WHERE $path = 'account' OR p.contact_id IS NOT NULL
