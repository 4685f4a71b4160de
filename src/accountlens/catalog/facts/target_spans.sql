/*
about: The time an account stands on the target list; its control group is out.
key: [account_id, joined_at]
primary: account_list_members
stored: false
*/
SELECT account_id, joined_at, left_at, CAST(NULL AS TIMESTAMP) AS never_at
FROM account_list_members
WHERE list = 'target' AND COALESCE("group", 'target') <> 'control'
