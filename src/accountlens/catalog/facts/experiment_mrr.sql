/*
about: What comes to and goes from the recurring revenue of target accounts and their control group, beside each time an account stood in one of the two groups of the target list.
key: [account_id, happened_at]
primary: subscriptions
stored: false
*/
SELECT m.account_id, m.joined_at AS happened_at, m.joined_at, m.left_at, m.arm, 0e0 AS amount
FROM experiment_arms m
UNION ALL
SELECT s.account_id, s.started_at, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), NULL, s.mrr
FROM subscription_spans s
JOIN (SELECT DISTINCT account_id AS listed_id FROM experiment_arms) l ON l.listed_id = s.account_id
UNION ALL
SELECT s.account_id, s.ended_at, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), NULL, -s.mrr
FROM subscription_spans s
JOIN (SELECT DISTINCT account_id AS listed_id FROM experiment_arms) l ON l.listed_id = s.account_id
WHERE s.ended_at IS NOT NULL
