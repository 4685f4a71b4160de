-- licences: the seats of each subscription, while it runs. The seats on accounts are left alone: they have no dates,
-- and they say something else (an account has about nine subscriptions open at once, each with seats of its own).
SELECT account_id, seats, start_date AS started_on, end_date AS ended_on, subscription_id, _row, _file
FROM files.ravenstack_subscriptions
