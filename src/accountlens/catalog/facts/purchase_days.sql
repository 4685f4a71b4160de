/*
about: Days on which a customer bought, returns left out - however many orders and lines, one purchase of their summed amounts.
key: [account_id, day]
primary: orders
*/
SELECT o.account_id, CAST(KPI_LOCAL_DATE(o.ordered_at) AS TIMESTAMP) AS day,
    MIN(o.ordered_at) AS happened_at, SUM(COALESCE(o.amount, 0)) AS amount
FROM orders o
WHERE o.account_id IS NOT NULL AND COALESCE(o.kind, 'sale') <> 'return'
GROUP BY o.account_id, CAST(KPI_LOCAL_DATE(o.ordered_at) AS TIMESTAMP)
