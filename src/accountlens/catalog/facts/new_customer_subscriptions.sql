/*
about: Paid subscriptions of accounts that have won deals, with the instant at which the account became a customer.
key: [subscription_id]
primary: subscriptions
stored: false
*/
SELECT s.subscription_id, s.account_id, s.product_id, s.started_at, s.ended_at, s.mrr, n.won_at
FROM subscription_spans s
JOIN new_customers n ON n.account_id = s.account_id
