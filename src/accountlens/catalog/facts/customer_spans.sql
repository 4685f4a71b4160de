/*
about: When an account was a customer - its paid subscriptions and contracts; where it has neither, from its first won deal or order on.
key: [account_id, from_at]
primary: [subscriptions, contracts, opportunities, orders]
*/
WITH paid AS (
    SELECT account_id, started_at AS from_at, ended_at AS to_at FROM subscription_spans WHERE account_id IS NOT NULL
    UNION ALL
    SELECT account_id, started_on, ends_on FROM contracts WHERE account_id IS NOT NULL
),
bought AS (
    SELECT account_id, closed_at AS at FROM opportunities WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL
    UNION ALL
    SELECT account_id, ordered_at FROM orders WHERE account_id IS NOT NULL AND COALESCE(kind, 'sale') = 'sale'
)
SELECT account_id, from_at, to_at FROM paid
UNION ALL
SELECT b.account_id, MIN(b.at), CAST(NULL AS TIMESTAMP)
FROM bought b
LEFT JOIN (SELECT DISTINCT account_id FROM paid) p ON p.account_id = b.account_id
WHERE p.account_id IS NULL
GROUP BY b.account_id
