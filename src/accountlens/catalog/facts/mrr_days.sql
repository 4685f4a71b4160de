/*
about: For every local day on which recurring revenue moved anywhere - each subscription live at its start, and each movement of it.
key: [day_at, subscription_id, payer_id]
primary: subscriptions
stored: false
*/
WITH movements AS (
    SELECT KPI_UTC(CAST(KPI_LOCAL_DATE(moved_at) AS TIMESTAMP)) AS day_at, payer_id, account_id, movement, amount FROM mrr_movements
),
moving_days AS (
    SELECT DISTINCT day_at FROM movements
)
SELECT d.day_at, s.subscription_id, s.payer_id, s.account_id, s.mrr AS mrr_at_start, 'none' AS movement, 0e0 AS amount
FROM moving_days d
JOIN subscription_spans s ON s.started_at < d.day_at AND (s.ended_at IS NULL OR s.ended_at >= d.day_at)
UNION ALL
SELECT day_at, CAST(NULL AS VARCHAR), payer_id, account_id, 0e0, movement, amount FROM movements
