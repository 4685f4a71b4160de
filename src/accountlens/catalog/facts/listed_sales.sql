/*
about: Won opportunities of known accounts, beside each time their account stood on the target list, if it ever did.
key: [opportunity_id, joined_at]
primary: account_list_members
stored: false
*/
SELECT o.opportunity_id, o.account_id, o.closed_at, o.amount, a.known_at, a.joined_at, a.left_at
FROM opportunities o
JOIN listed_accounts a ON a.account_id = o.account_id
WHERE o.status = 'won'
