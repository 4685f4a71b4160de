/*
about: Unbroken times in which an account owned a product it is eligible for - while a subscription of it runs, and from its first order or won deal on.
key: [product_id, account_id, from_at]
primary: [subscriptions, orders, opportunities]
*/
WITH owned AS (
    SELECT product_id, account_id, started_at AS from_at, COALESCE(ended_at, TIMESTAMP '2999-12-31 00:00:00') AS to_at
    FROM subscription_spans
    WHERE product_id IS NOT NULL AND account_id IS NOT NULL
    UNION ALL
    SELECT product_id, account_id, MIN(ordered_at), TIMESTAMP '2999-12-31 00:00:00'
    FROM orders
    WHERE product_id IS NOT NULL AND account_id IS NOT NULL AND COALESCE(kind, 'sale') <> 'return'
    GROUP BY product_id, account_id
    UNION ALL
    SELECT product_id, account_id, MIN(closed_at), TIMESTAMP '2999-12-31 00:00:00'
    FROM opportunities
    WHERE status = 'won' AND product_id IS NOT NULL AND account_id IS NOT NULL AND closed_at IS NOT NULL
    GROUP BY product_id, account_id
),
eligible AS (
    -- before an account is known to us it is not eligible
    SELECT e.product_id, e.account_id, e.potential, o.to_at,
        CASE WHEN e.known_at > o.from_at THEN e.known_at ELSE o.from_at END AS from_at
    FROM eligible_pairs e
    JOIN owned o ON o.product_id = e.product_id AND o.account_id = e.account_id
),
paced AS (
    SELECT *, MAX(to_at) OVER (PARTITION BY product_id, account_id ORDER BY from_at, to_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to
    FROM eligible
    WHERE to_at > from_at
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN before_to >= from_at THEN 0 ELSE 1 END) OVER (PARTITION BY product_id, account_id ORDER BY from_at, to_at
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM paced
)
SELECT product_id, account_id, MAX(potential) AS potential, MIN(from_at) AS from_at,
    CASE WHEN MAX(to_at) < TIMESTAMP '2999-12-31 00:00:00' THEN MAX(to_at) END AS to_at
FROM numbered
GROUP BY product_id, account_id, number
