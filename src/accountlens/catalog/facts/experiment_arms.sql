/*
about: The times an account stood in one of the two groups of the target list.
key: [account_id, joined_at]
primary: account_list_members
*/
SELECT m.account_id, m.joined_at, m.left_at,
    CASE COALESCE(m."group", 'target') WHEN 'target' THEN 1 ELSE 2 END AS arm
FROM account_list_members m
JOIN accounts a ON a.account_id = m.account_id
WHERE m.list = 'target'
