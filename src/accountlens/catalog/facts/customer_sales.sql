/*
about: Won deals of accounts, with the instant from which the account has been a customer - its first won deal.
key: [opportunity_id]
primary: opportunities
stored: false
*/
SELECT n.won_at AS customer_since, o.opportunity_id, o.account_id, o.closed_at, o.amount, o.type, o.owner_id, o.product_id,
    o.campaign_id, o.source
FROM opportunities o
JOIN new_customers n ON n.account_id = o.account_id
WHERE o.status = 'won' AND o.closed_at IS NOT NULL
