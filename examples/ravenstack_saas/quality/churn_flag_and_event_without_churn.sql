/*
about: accounts are churned by their flag and by a churn event alike, while a paid subscription of theirs runs on
mend: Subscriptions decide. Ask the billing system first about these - two sources agree against it.
severity: note
*/
SELECT a.account_id, a.name FROM accounts AS a
WHERE lower(a.churn_flag) = 'true'
    AND EXISTS (SELECT 1 FROM churn_events AS e WHERE e.account_id = a.account_id)
    AND EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.account_id = a.account_id AND s.mrr > 0 AND s.ended_on IS NULL)
