/*
about: The time in which an account is known to us - from its creation on; from always where nobody noted it.
key: [account_id]
primary: accounts
stored: false
*/
SELECT account_id, created_at AS known_at, CAST(NULL AS TIMESTAMP) AS gone_at, employees FROM accounts
