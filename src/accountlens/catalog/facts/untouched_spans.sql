/*
about: The time in which an account is known to us and has not been touched yet.
key: [account_id]
primary: activities
reduced: true
*/
SELECT a.account_id, a.created_at AS known_at, MIN(t.occurred_at) AS first_touch_at
FROM accounts a
LEFT JOIN touches t ON t.account_id = a.account_id
GROUP BY a.account_id, a.created_at
