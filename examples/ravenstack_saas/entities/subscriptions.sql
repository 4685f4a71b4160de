-- subscriptions: these decide what an account pays and when it churns. The source also has churn_flag on accounts
-- (110 accounts) and a table of churn events (352 accounts); only 75 accounts have both. A subscription's end_date
-- is the one that says when, and exactly the 486 rows with churn_flag have one, so it is taken.
SELECT
    subscription_id,
    account_id,
    start_date AS started_on,
    end_date AS ended_on,
    mrr_amount AS mrr,                                      -- 0 for the 778 trials, which are no customers yet
    seats,
    plan_tier AS plan,
    is_trial,
    billing_frequency,
    auto_renew_flag,
    upgrade_flag,
    downgrade_flag,
    churn_flag,
    _row, _file
FROM files.ravenstack_subscriptions
