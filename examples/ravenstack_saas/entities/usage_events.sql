-- usage_events: usage names a subscription; the account is the subscription's. 19,142 of 25,000 rows are dated before
-- their subscription starts. They are kept: `check` counts them (quality/usage_before_subscription.sql).
SELECT
    subscription.account_id,
    usage.usage_date AS occurred_at,
    usage.feature_name AS feature,
    usage.usage_count AS count,
    usage.usage_id,                                         -- 21 repeat, with other content, so it is no key
    usage.subscription_id,
    usage.usage_duration_secs,
    usage.error_count,
    usage.is_beta_feature,
    usage._row, usage._file
FROM files.ravenstack_feature_usage AS usage
LEFT JOIN files.ravenstack_subscriptions AS subscription USING (subscription_id)
