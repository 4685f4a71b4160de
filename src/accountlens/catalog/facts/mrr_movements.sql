/*
about: What changed in the monthly recurring revenue of an account, one net change per local day - new, reactivation, expansion, contraction (negative), churn (negative), or fx, where exchange rates alone moved it. `amount` is without the effect of rates, `fx_amount` is that effect; both together are the change.
key: [payer_id, moved_at]
primary: subscriptions
*/
WITH changes AS (
    SELECT payer_id, account_id, started_at AS changed_at, currency, 1 AS began, mrr, mrr_given FROM subscription_spans
    UNION ALL
    SELECT payer_id, account_id, ended_at, currency, 0, mrr, mrr_given FROM subscription_spans WHERE ended_at IS NOT NULL
),
currency_days AS (
    SELECT payer_id, account_id, KPI_LOCAL_DATE(changed_at) AS day, MAX(changed_at) AS moved_at,
        SUM(CASE WHEN began = 1 THEN 1 ELSE -1 END) AS live,
        SUM(CASE WHEN began = 1 THEN mrr ELSE -mrr END) AS change,
        SUM(CASE WHEN began = 0 THEN mrr END) AS carried,
        SUM(CASE WHEN began = 0 THEN mrr_given END) AS carried_given,
        KPI_RATIO(SUM(CASE WHEN began = 1 THEN mrr END), SUM(CASE WHEN began = 1 THEN mrr_given END)) AS rate
    FROM changes
    WHERE changed_at < $as_of  -- a day that is not over moves by what has happened of it
    GROUP BY payer_id, account_id, currency, KPI_LOCAL_DATE(changed_at)
),
days AS (
    -- what ended and began again in one currency is worth more or less by the rate of the day
    SELECT payer_id, account_id, MAX(moved_at) AS moved_at, SUM(live) AS live, SUM(change) AS change,
        SUM(COALESCE(carried_given * rate - carried, 0e0)) AS revalued
    FROM currency_days
    GROUP BY payer_id, account_id, day
),
running AS (
    SELECT payer_id, account_id, moved_at, change, revalued,
        SUM(change) OVER (PARTITION BY payer_id, account_id ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sum_after,
        -- subscriptions are counted too, because sums of fractions need not come back to 0
        SUM(live) OVER (PARTITION BY payer_id, account_id ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS live_after,
        live
    FROM days
),
states AS (
    SELECT payer_id, account_id, moved_at, change,
        CASE WHEN live_after > live AND live_after > 0 AND ABS(revalued) > 1e-6 THEN revalued ELSE 0e0 END AS fx_amount,
        CASE WHEN live_after > live THEN sum_after - change ELSE 0e0 END AS mrr_before,
        CASE WHEN live_after > 0 THEN sum_after ELSE 0e0 END AS mrr_after,
        live_after > live AS was_live,
        live_after > 0 AS is_live
    FROM running
),
numbered AS (
    SELECT *, change - fx_amount AS amount, ROW_NUMBER() OVER (PARTITION BY payer_id, account_id ORDER BY moved_at) AS number
    FROM states
    WHERE is_live OR was_live  -- begun and ended on one day: nothing moved
)
SELECT payer_id, account_id, moved_at, CASE WHEN ABS(amount) > 1e-6 THEN amount ELSE 0e0 END AS amount, fx_amount, mrr_before, mrr_after,
    CASE
        WHEN NOT was_live AND number = 1 THEN 'new'
        WHEN NOT was_live THEN 'reactivation'
        WHEN NOT is_live THEN 'churn'
        WHEN amount > 1e-6 THEN 'expansion'
        WHEN amount < -1e-6 THEN 'contraction'
        ELSE 'fx'
    END AS movement
FROM numbered
WHERE ABS(amount) > 1e-6 OR fx_amount <> 0  -- a swap of equal plans is no movement
