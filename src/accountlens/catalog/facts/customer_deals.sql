/*
about: Won deals of an account beside each unbroken time in which it was a customer.
key: [opportunity_id, started_at]
primary: opportunities
stored: false
*/
SELECT c.account_id, c.started_at, c.ended_at, o.opportunity_id, o.type, o.closed_at AS won_at, o.amount,
    o.owner_id, o.product_id, o.campaign_id, o.source
FROM customer_spells c
JOIN opportunities o ON o.account_id = c.account_id
WHERE o.status = 'won' AND o.closed_at IS NOT NULL
