/*
about: Orders - not their lines - in the sequence in which their customer placed them. What was returned stands apart - without a number, its amount negative.
key: [order_id, is_return]
primary: orders
*/
WITH lines AS (
    SELECT order_id, account_id, COALESCE(account_id, account_id_given, order_id) AS customer_id, ordered_at, NULLIF(TRIM(source), '') AS source,
        COALESCE(kind, 'sale') = 'return' AS is_return,
        CASE WHEN kind = 'return' THEN -ABS(amount) ELSE amount END AS amount
    FROM orders
),
whole AS (
    SELECT order_id, account_id, customer_id, is_return, MIN(ordered_at) AS ordered_at, MIN(source) AS source, SUM(amount) AS amount
    FROM lines
    GROUP BY order_id, account_id, customer_id, is_return
),
numbered AS (
    SELECT *,
        -- of an order without a customer nobody knows whether it was the first
        CASE WHEN NOT is_return AND account_id IS NOT NULL THEN ROW_NUMBER() OVER (PARTITION BY customer_id, is_return ORDER BY ordered_at, order_id) END AS order_number
    FROM whole
)
SELECT n.order_id, n.account_id, n.customer_id, n.is_return, n.ordered_at, n.order_number, n.amount,
    -- an order that does not say where it came from came as the customer's first did
    COALESCE(n.source, f.source) AS source
FROM numbered n
LEFT JOIN numbered f ON f.customer_id = n.customer_id AND f.order_number = 1
