/*
about: Accounts at the instant they became customers - their first won opportunity.
key: [account_id]
primary: opportunities
*/
WITH won AS (
    SELECT opportunity_id, account_id, closed_at, amount, owner_id, product_id, type, source, campaign_id,
        ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY closed_at, opportunity_id) AS number
    FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL
)
SELECT w.account_id, w.opportunity_id, w.closed_at AS won_at, w.amount, w.owner_id, w.product_id, w.type, w.source, w.campaign_id,
    p.program, p.channel
FROM won w
LEFT JOIN campaigns p ON p.campaign_id = w.campaign_id
WHERE w.number = 1
