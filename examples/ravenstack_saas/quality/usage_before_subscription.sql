/*
about: rows of usage are dated before their subscription starts
mend: They count as usage of the account. Ask who writes usage_date, and in which time zone.
severity: note
*/
SELECT u.usage_id, u.occurred_at, s.started_on FROM usage_events AS u
JOIN subscriptions AS s ON s.subscription_id = u.subscription_id
WHERE u.occurred_at < s.started_on
