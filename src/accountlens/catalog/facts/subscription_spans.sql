/*
about: Paid subscriptions with their monthly recurring revenue and the time they run. Trials at price 0 are no subscription.
key: [subscription_id]
primary: subscriptions
parameters: {churn_date: term_end, discounts: applied, short_subscriptions: counted}
*/
WITH priced AS (
    SELECT s.subscription_id, s.account_id, s.product_id, s.seats, s.started_on, COALESCE(s.account_id, s.account_id_given, s.subscription_id) AS payer_id,
        COALESCE(s.mrr, KPI_RATIO(s.price * COALESCE(s.quantity, 1) * (1 - CASE WHEN $discounts = 'applied' THEN COALESCE(s.discount, 0) ELSE 0 END), COALESCE(s.billing_months, 1))) AS monthly,
        COALESCE(s.mrr_given, KPI_RATIO(s.price_given * COALESCE(s.quantity, 1) * (1 - CASE WHEN $discounts = 'applied' THEN COALESCE(s.discount, 0) ELSE 0 END), COALESCE(s.billing_months, 1))) AS monthly_given,
        s.currency,
        CASE WHEN $churn_date = 'cancelled' THEN COALESCE(s.cancelled_at, s.ended_on) ELSE s.ended_on END AS ends_at
    FROM subscriptions s
)
SELECT subscription_id, account_id, payer_id, product_id, seats, started_on AS started_at, ends_at AS ended_at, monthly AS mrr, monthly_given AS mrr_given, currency,
    MIN(started_on) OVER (PARTITION BY account_id, payer_id) AS first_started_at  -- of any subscription of the payer
FROM priced
WHERE monthly > 0 AND (ends_at IS NULL OR ends_at > started_on)
    AND ($short_subscriptions = 'counted' OR ends_at IS NULL OR ends_at >= KPI_ADD_MONTHS(started_on, 1))
