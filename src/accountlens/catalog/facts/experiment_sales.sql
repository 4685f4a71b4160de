/*
about: What target accounts and their control group bought, beside each time an account stood in one of the two groups.
key: [account_id, happened_at]
primary: account_list_members
stored: false
*/
SELECT m.account_id, m.joined_at AS happened_at, m.joined_at, m.left_at,
    CASE COALESCE(m."group", 'target') WHEN 'target' THEN 1 ELSE 2 END AS arm, 0e0 AS amount
FROM account_list_members m
JOIN accounts a ON a.account_id = m.account_id
WHERE m.list = 'target'
UNION ALL
SELECT o.account_id, o.closed_at, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), NULL, COALESCE(o.amount, 0e0)
FROM opportunities o
JOIN (SELECT DISTINCT account_id AS listed_id FROM account_list_members WHERE list = 'target') l ON l.listed_id = o.account_id
WHERE o.status = 'won' AND o.closed_at IS NOT NULL
