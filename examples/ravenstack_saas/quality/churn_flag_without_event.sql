/*
about: accounts are flagged as churned and have no churn event
mend: Subscriptions decide. Ask which of the two is kept up to date.
severity: note
*/
SELECT a.account_id, a.name FROM accounts AS a
WHERE lower(a.churn_flag) = 'true' AND NOT EXISTS (SELECT 1 FROM churn_events AS e WHERE e.account_id = a.account_id)
