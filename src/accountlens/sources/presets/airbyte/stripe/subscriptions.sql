/*
about: Subscriptions of Stripe, one row for each item.
needs: {subscription: [id, customer, status, items]}
uses: {subscription: [start_date, created, trial_end, ended_at, canceled_at, discount]}
*/
WITH items AS (
    SELECT
        s.id AS subscription,
        u.item ->> '$.id' AS id,
        coalesce(u.item ->> '$.price.product', u.item ->> '$.plan.product') AS product_id,
        upper(coalesce(u.item ->> '$.price.currency', u.item ->> '$.plan.currency')) AS currency,
        coalesce(CAST(u.item ->> '$.quantity' AS DOUBLE), 1) AS quantity,
        CAST(coalesce(u.item ->> '$.price.unit_amount_decimal', u.item ->> '$.price.unit_amount',
            u.item ->> '$.plan.amount') AS DOUBLE) AS amount,
        coalesce(u.item ->> '$.price.recurring.interval', u.item ->> '$.plan.interval') AS every,
        CAST(coalesce(u.item ->> '$.price.recurring.interval_count', u.item ->> '$.plan.interval_count') AS DOUBLE) AS times,
        coalesce(u.item ->> '$.price.recurring.usage_type', u.item ->> '$.plan.usage_type', 'licensed') AS usage
    FROM source.subscription AS s, unnest(json_extract(CAST(s.items AS JSON), '$.data[*]')) AS u(item)
),
licensed AS (
    SELECT
        *,
        CASE -- amounts are in the smallest unit: cents, but whole yen and thousandths of a dinar
            WHEN regexp_full_match(currency, 'bif|clp|djf|gnf|jpy|kmf|krw|mga|pyg|rwf|ugx|vnd|vuv|xaf|xof|xpf', 'i') THEN 1
            WHEN regexp_full_match(currency, 'bhd|jod|kwd|omr|tnd', 'i') THEN 1000
            ELSE 100
        END AS units,
        coalesce(times, 1)
        * CASE every WHEN 'month' THEN 1 WHEN 'year' THEN 12 WHEN 'week' THEN 12 / 52e0 WHEN 'day' THEN 12 / 365e0 END
            AS billing_months
    FROM items
    WHERE every IS NOT NULL AND usage <> 'metered'
),
totals AS ( -- what a subscription costs each time it is billed: a discount in money is a share of it
    SELECT subscription, sum(amount * quantity) AS billed
    FROM licensed GROUP BY subscription
),
discounts AS (
    SELECT
        s.id AS subscription,
        CAST(CAST(s.discount AS JSON) ->> '$.coupon.percent_off' AS DOUBLE) / 100 AS share,
        CAST(CAST(s.discount AS JSON) ->> '$.coupon.amount_off' AS DOUBLE) AS amount
    FROM source.subscription AS s
    WHERE (CAST(s.discount AS JSON) ->> '$.coupon.duration') = 'forever'
)
SELECT
    i.id AS subscription_id,
    s.customer AS account_id,
    to_timestamp(greatest( -- Stripe counts no trial
        CAST(coalesce(s.start_date, s.created) AS BIGINT), CAST(s.trial_end AS BIGINT))) AS started_on,
    to_timestamp(CAST(s.ended_at AS BIGINT)) AS ended_on,
    i.amount / i.units AS price,
    i.quantity,
    least(1, coalesce(d.share, 0) + coalesce(d.amount / nullif(t.billed, 0), 0)) AS discount,
    i.billing_months,
    i.product_id,
    i.quantity AS seats,
    i.currency,
    to_timestamp(CAST(s.canceled_at AS BIGINT)) AS cancelled_at,
    s.status,
    s.id AS stripe_subscription_id
FROM source.subscription AS s
JOIN licensed AS i ON i.subscription = s.id
LEFT JOIN totals AS t ON t.subscription = s.id
LEFT JOIN discounts AS d ON d.subscription = s.id
WHERE s.status NOT IN ('incomplete', 'incomplete_expired')
    -- A trial that ended without a bill was never a subscription.
    AND (s.ended_at IS NULL OR s.trial_end IS NULL OR CAST(s.ended_at AS BIGINT) > CAST(s.trial_end AS BIGINT))
