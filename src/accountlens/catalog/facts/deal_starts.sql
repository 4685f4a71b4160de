/*
about: Opportunities, with the first touch of the account.
key: [opportunity_id]
primary: opportunities
reduced: true
*/
SELECT d.opportunity_id, d.account_id, d.owner_id, d.product_id, d.campaign_id, d.type, d.source, d.stage, d.status, d.amount,
    d.created_at, d.qualified_at, d.closed_at, t.first_touch_at
FROM opportunities d
LEFT JOIN (
    SELECT account_id, MIN(occurred_at) AS first_touch_at FROM touches GROUP BY account_id
) t ON t.account_id = d.account_id
