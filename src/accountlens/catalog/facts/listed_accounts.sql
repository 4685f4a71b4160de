/*
about: Accounts with each time they stood on the target list; those that never did stand here once, without such a time. The control group is no target.
key: [account_id, joined_at]
primary: account_list_members
stored: false
*/
SELECT a.account_id, a.known_at, a.gone_at, s.joined_at, s.left_at
FROM known_accounts a
LEFT JOIN target_spans s ON s.account_id = a.account_id
