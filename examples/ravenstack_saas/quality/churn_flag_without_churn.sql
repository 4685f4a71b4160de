/*
about: accounts are flagged as churned, while a paid subscription of theirs runs on
mend: Subscriptions decide. Ask the owner of the account data what churn_flag means.
severity: note
*/
SELECT a.account_id, a.name FROM accounts AS a
WHERE lower(a.churn_flag) = 'true'
    AND EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.account_id = a.account_id AND s.mrr > 0 AND s.ended_on IS NULL)
