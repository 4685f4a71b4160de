/*
about: Subscriptions of Stripe, one row for each item.
needs:
  subscription: [id, customer, status]
  subscription_item: [id, subscription, price_currency, price_recurring_interval]
uses:
  subscription: [start_date, created, trial_end, ended_at, canceled_at]
  subscription_item: [quantity, price_product, price_unit_amount, price_unit_amount_decimal,
    price_recurring_interval_count, price_recurring_usage_type]
  subscription_discount: [id, subscription, source_coupon, end]
  coupon: [id, percent_off, amount_off, duration]
or_empty: [subscription_discount, coupon]
*/
WITH items AS (
    SELECT
        i.id,
        i.subscription,
        i.price_product AS product_id,
        upper(i.price_currency) AS currency,
        coalesce(CAST(i.quantity AS DOUBLE), 1) AS quantity,
        coalesce(CAST(i.price_unit_amount_decimal AS DOUBLE), CAST(i.price_unit_amount AS DOUBLE)) AS amount,
        CASE -- amounts are in the smallest unit: cents, but whole yen and thousandths of a dinar
            WHEN regexp_full_match(i.price_currency,
                'bif|clp|djf|gnf|jpy|kmf|krw|mga|pyg|rwf|ugx|vnd|vuv|xaf|xof|xpf', 'i') THEN 1
            WHEN regexp_full_match(i.price_currency, 'bhd|jod|kwd|omr|tnd', 'i') THEN 1000
            ELSE 100
        END AS units,
        coalesce(CAST(i.price_recurring_interval_count AS DOUBLE), 1)
        * CASE i.price_recurring_interval
            WHEN 'month' THEN 1 WHEN 'year' THEN 12 WHEN 'week' THEN 12 / 52e0 WHEN 'day' THEN 12 / 365e0
        END AS billing_months
    FROM source.subscription_item AS i
    WHERE i.price_recurring_interval IS NOT NULL AND coalesce(i.price_recurring_usage_type, 'licensed') <> 'metered'
),
discounts AS (
    SELECT
        d.subscription,
        sum(CAST(c.percent_off AS DOUBLE)) / 100 AS share,
        sum(CAST(c.amount_off AS DOUBLE)) AS amount
    FROM source.subscription_discount AS d
    JOIN source.coupon AS c ON c.id = d.source_coupon
    WHERE c.duration = 'forever' AND d."end" IS NULL
    GROUP BY d.subscription
),
totals AS ( -- what a subscription costs each time it is billed: a discount in money is a share of it
    SELECT subscription, sum(amount * quantity) AS billed
    FROM items GROUP BY subscription
)
SELECT
    i.id AS subscription_id,
    s.customer AS account_id,
    greatest( -- Stripe counts no trial
        CAST(CAST(coalesce(s.start_date, s.created) AS TIMESTAMPTZ) AS TIMESTAMP),
        CAST(CAST(s.trial_end AS TIMESTAMPTZ) AS TIMESTAMP)
    ) AS started_on,
    s.ended_at AS ended_on,
    i.amount / i.units AS price,
    i.quantity,
    least(1, coalesce(d.share, 0) + coalesce(d.amount / nullif(t.billed, 0), 0)) AS discount,
    i.billing_months,
    i.product_id,
    i.quantity AS seats,
    i.currency,
    s.canceled_at AS cancelled_at,
    s.status,
    s.id AS stripe_subscription_id
FROM source.subscription AS s
JOIN items AS i ON i.subscription = s.id
LEFT JOIN totals AS t ON t.subscription = s.id
LEFT JOIN discounts AS d ON d.subscription = s.id
WHERE s.status NOT IN ('incomplete', 'incomplete_expired')
    -- A trial that ended without a bill was never a subscription.
    AND (s.ended_at IS NULL OR s.trial_end IS NULL
        OR CAST(s.ended_at AS TIMESTAMPTZ) > CAST(s.trial_end AS TIMESTAMPTZ))
