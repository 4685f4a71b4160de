/*
about: What changed in the monthly recurring revenue of an account, one net change per local day - new, reactivation, expansion, contraction (negative) or churn (negative).
key: [payer_id, moved_at]
primary: subscriptions
*/
WITH changes AS (
    SELECT payer_id, account_id, started_at AS changed_at, mrr, 1 AS live FROM subscription_spans
    UNION ALL
    SELECT payer_id, account_id, ended_at, -mrr, -1 FROM subscription_spans WHERE ended_at IS NOT NULL
),
days AS (
    SELECT payer_id, account_id, MAX(changed_at) AS moved_at, SUM(mrr) AS amount, SUM(live) AS live
    FROM changes
    WHERE changed_at < $as_of  -- a day that is not over moves by what has happened of it
    GROUP BY payer_id, account_id, KPI_LOCAL_DATE(changed_at)
),
running AS (
    SELECT payer_id, account_id, moved_at, amount,
        SUM(amount) OVER (PARTITION BY payer_id, account_id ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sum_after,
        -- subscriptions are counted too, because sums of fractions need not come back to 0
        SUM(live) OVER (PARTITION BY payer_id, account_id ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS live_after,
        live
    FROM days
),
states AS (
    SELECT payer_id, account_id, moved_at, amount,
        CASE WHEN live_after > live THEN sum_after - amount ELSE 0e0 END AS mrr_before,
        CASE WHEN live_after > 0 THEN sum_after ELSE 0e0 END AS mrr_after,
        live_after > live AS was_live,
        live_after > 0 AS is_live
    FROM running
),
numbered AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY payer_id, account_id ORDER BY moved_at) AS number
    FROM states
    WHERE is_live OR was_live  -- begun and ended on one day: nothing moved
)
SELECT payer_id, account_id, moved_at, amount, mrr_before, mrr_after,
    CASE
        WHEN NOT was_live AND number = 1 THEN 'new'
        WHEN NOT was_live THEN 'reactivation'
        WHEN NOT is_live THEN 'churn'
        WHEN amount > 0 THEN 'expansion'
        ELSE 'contraction'
    END AS movement
FROM numbered
WHERE ABS(amount) > 1e-6  -- a swap of equal plans is no movement
