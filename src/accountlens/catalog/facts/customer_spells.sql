/*
about: Unbroken times in which an account paid us - by subscriptions; in a workspace without subscriptions, by contracts.
key: [account_id, started_at]
primary: [subscriptions, contracts]
*/
WITH counted AS (
    SELECT COUNT(*) AS subscriptions FROM subscription_spans
),
terms AS (
    SELECT c.account_id, c.started_on AS started_at, c.ends_on, c.decision,
        LEAD(c.started_on) OVER (PARTITION BY c.account_id ORDER BY c.started_on, c.ends_on, c.contract_id) AS next_at
    FROM contracts c
    CROSS JOIN counted n
    WHERE n.subscriptions = 0 AND c.account_id IS NOT NULL
),
spans AS (
    SELECT account_id, started_at, ended_at FROM subscription_spans WHERE account_id IS NOT NULL
    UNION ALL
    -- a renewed contract that no other follows goes on
    SELECT account_id, started_at, CASE WHEN decision = 'renewed' AND next_at IS NULL THEN NULL ELSE ends_on END
    FROM terms
    WHERE ends_on > started_at
),
ordered AS (
    SELECT account_id, started_at, ended_at,
        MAX(COALESCE(ended_at, TIMESTAMP '2999-12-31 00:00:00')) OVER (
            PARTITION BY account_id ORDER BY started_at, COALESCE(ended_at, TIMESTAMP '2999-12-31 00:00:00')
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended_before
    FROM spans
),
numbered AS (
    SELECT account_id, started_at, ended_at,
        -- to end and to begin on one day is no break
        SUM(CASE WHEN KPI_LOCAL_DATE(started_at) <= KPI_LOCAL_DATE(ended_before) THEN 0 ELSE 1 END) OVER (
            PARTITION BY account_id ORDER BY started_at, COALESCE(ended_at, TIMESTAMP '2999-12-31 00:00:00')
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM ordered
)
SELECT account_id, MIN(started_at) AS started_at, CASE WHEN COUNT(*) = COUNT(ended_at) THEN MAX(ended_at) END AS ended_at
FROM numbered
GROUP BY account_id, number
