/*
about: accounts have a churn event, while a paid subscription of theirs runs on
mend: Subscriptions decide. Ask the owner of the churn events whether they mean the account or one subscription.
severity: note
*/
SELECT a.account_id, a.name FROM accounts AS a
WHERE EXISTS (SELECT 1 FROM churn_events AS e WHERE e.account_id = a.account_id)
    AND EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.account_id = a.account_id AND s.mrr > 0 AND s.ended_on IS NULL)
