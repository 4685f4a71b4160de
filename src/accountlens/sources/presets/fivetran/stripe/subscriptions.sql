/*
about: Subscriptions of Stripe, one row for each item.
needs:
  subscription: [id, customer_id, status]
  subscription_item: [id, subscription_id, plan_id]
uses:
  subscription: [start_date, created, trial_end, ended_at, canceled_at, _fivetran_active]
  subscription_item: [quantity]
  price: [id, unit_amount, unit_amount_decimal, recurring_interval, recurring_interval_count, recurring_usage_type,
    currency, product_id]
  plan: [id, amount, interval, interval_count, usage_type, currency, product_id]
  subscription_discount: [subscription_id, coupon_id, start, end]
  coupon: [id, percent_off, amount_off, duration]
one_of: [price, plan]
or_empty: [price, plan, subscription_discount, coupon]
*/
WITH prices AS ( -- a plan is a price under its old name, with the same id
    SELECT
        p.id,
        coalesce(CAST(p.unit_amount_decimal AS DOUBLE), CAST(p.unit_amount AS DOUBLE)) AS amount,
        p.recurring_interval AS every,
        CAST(p.recurring_interval_count AS DOUBLE) AS times,
        p.recurring_usage_type AS usage,
        p.currency,
        p.product_id
    FROM source.price AS p
    UNION ALL BY NAME
    SELECT
        p.id,
        CAST(p.amount AS DOUBLE) AS amount,
        p.interval AS every,
        CAST(p.interval_count AS DOUBLE) AS times,
        p.usage_type AS usage,
        p.currency,
        p.product_id
    FROM source.plan AS p
    WHERE p.id NOT IN (SELECT q.id FROM source.price AS q WHERE q.id IS NOT NULL)
),
items AS (
    SELECT
        i.id,
        i.subscription_id,
        p.product_id,
        upper(p.currency) AS currency,
        coalesce(CAST(i.quantity AS DOUBLE), 1) AS quantity,
        p.amount,
        CASE -- amounts are in the smallest unit: cents, but whole yen and thousandths of a dinar
            WHEN regexp_full_match(p.currency, 'bif|clp|djf|gnf|jpy|kmf|krw|mga|pyg|rwf|ugx|vnd|vuv|xaf|xof|xpf', 'i') THEN 1
            WHEN regexp_full_match(p.currency, 'bhd|jod|kwd|omr|tnd', 'i') THEN 1000
            ELSE 100
        END AS units,
        coalesce(p.times, 1)
        * CASE p.every WHEN 'month' THEN 1 WHEN 'year' THEN 12 WHEN 'week' THEN 12 / 52e0 WHEN 'day' THEN 12 / 365e0 END
            AS billing_months
    FROM source.subscription_item AS i
    JOIN prices AS p ON p.id = i.plan_id
    WHERE p.every IS NOT NULL AND coalesce(p.usage, 'licensed') <> 'metered'
),
discounts AS (
    SELECT
        d.subscription_id,
        sum(CAST(c.percent_off AS DOUBLE)) / 100 AS share,
        sum(CAST(c.amount_off AS DOUBLE)) AS amount
    FROM source.subscription_discount AS d
    JOIN source.coupon AS c ON c.id = d.coupon_id
    WHERE c.duration = 'forever' AND d."end" IS NULL
    GROUP BY d.subscription_id
),
totals AS ( -- what a subscription costs each time it is billed: a discount in money is a share of it
    SELECT subscription_id, sum(amount * quantity) AS billed
    FROM items GROUP BY subscription_id
)
SELECT
    i.id AS subscription_id,
    s.customer_id AS account_id,
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
JOIN items AS i ON i.subscription_id = s.id
LEFT JOIN totals AS t ON t.subscription_id = s.id
LEFT JOIN discounts AS d ON d.subscription_id = s.id
WHERE coalesce(CAST(s._fivetran_active AS BOOLEAN), true)
    AND s.status NOT IN ('incomplete', 'incomplete_expired')
    -- A trial that ended without a bill was never a subscription.
    AND (s.ended_at IS NULL OR s.trial_end IS NULL
        OR CAST(s.ended_at AS TIMESTAMPTZ) > CAST(s.trial_end AS TIMESTAMPTZ))
