/*
about: The roles that a buying group must have, for each account.
key: [account_id, buying_role]
primary: accounts
stored: false
parameters: {buying_roles: [champion, economic_buyer, decision_maker, technical]}
*/
SELECT a.account_id, r.value AS buying_role, a.known_at, a.gone_at, COUNT(*) OVER (PARTITION BY a.account_id) AS roles
FROM known_accounts a
CROSS JOIN KPI_ROWS($buying_roles) r
