/*
about: churn events fall on a day when no paid subscription of their account ends within a month
mend: Subscriptions decide. Compare churn_events with the billing system.
severity: note
*/
SELECT e.churn_event_id, e.account_id, e.occurred_at FROM churn_events AS e
WHERE NOT EXISTS (
    SELECT 1 FROM subscriptions AS s
    WHERE s.account_id = e.account_id AND s.mrr > 0
        AND s.ended_on BETWEEN e.occurred_at - INTERVAL 31 DAY AND e.occurred_at + INTERVAL 31 DAY
)
