/*
about: Accounts and the products they could buy, a pair once, with what the product could bring there - as given, else what accounts of the same segment typically spend on it.
key: [product_id, account_id]
primary: product_eligibility
*/
WITH named AS (
    -- a row names an account, or every account of a segment; one of an account nobody knows names none
    SELECT e.product_id, a.account_id, a.segment, a.created_at, e.potential, 0 AS by_segment
    FROM product_eligibility e
    JOIN accounts a ON a.account_id = e.account_id
    UNION ALL
    SELECT e.product_id, a.account_id, a.segment, a.created_at, e.potential, 1
    FROM product_eligibility e
    JOIN accounts a ON a.segment = e.segment
    WHERE e.account_id IS NULL AND e.account_id_given IS NULL
),
numbered AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY product_id, account_id
        ORDER BY CASE WHEN potential IS NULL THEN 1 ELSE 0 END, by_segment, potential DESC) AS number
    FROM named
),
spent AS (
    SELECT o.product_id, o.account_id, SUM(CASE WHEN o.kind = 'return' THEN -ABS(o.amount) ELSE o.amount END) AS amount
    FROM orders o
    WHERE o.product_id IS NOT NULL AND o.account_id IS NOT NULL AND o.ordered_at < $as_of
    GROUP BY o.product_id, o.account_id
    UNION ALL
    SELECT s.product_id, s.account_id, 12 * SUM(s.mrr)
    FROM subscription_spans s
    WHERE s.product_id IS NOT NULL AND s.account_id IS NOT NULL AND s.started_at < $as_of AND (s.ended_at IS NULL OR s.ended_at >= $as_of)
    GROUP BY s.product_id, s.account_id
),
typical AS (
    SELECT p.product_id, p.segment, KPI_MEDIAN(p.amount) AS amount
    FROM (
        SELECT s.product_id, s.account_id, a.segment, SUM(s.amount) AS amount
        FROM spent s
        JOIN accounts a ON a.account_id = s.account_id
        GROUP BY s.product_id, s.account_id, a.segment
    ) p
    WHERE p.amount > 0
    GROUP BY p.product_id, p.segment
)
SELECT n.product_id, n.account_id, n.created_at AS known_at, CAST(NULL AS TIMESTAMP) AS gone_at, COALESCE(n.potential, t.amount) AS potential
FROM numbered n
LEFT JOIN typical t ON t.product_id = n.product_id AND t.segment = n.segment
WHERE n.number = 1
