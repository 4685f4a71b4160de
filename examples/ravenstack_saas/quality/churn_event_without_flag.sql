/*
about: accounts have a churn event and are not flagged as churned
mend: Subscriptions decide. Ask which of the two is kept up to date.
severity: note
*/
SELECT a.account_id, a.name FROM accounts AS a
WHERE lower(a.churn_flag) = 'false' AND EXISTS (SELECT 1 FROM churn_events AS e WHERE e.account_id = a.account_id)
