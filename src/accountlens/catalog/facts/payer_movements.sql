/*
about: The movements of a payer beside each unbroken time in which it paid, so that they can be counted for those who paid at an opening.
key: [payer_id, started_at, moved_at]
primary: subscriptions
stored: false
*/
WITH numbered AS (
    SELECT payer_id, account_id, moved_at, movement,
        SUM(CASE WHEN movement IN ('new', 'reactivation') THEN 1 ELSE 0 END) OVER (
            PARTITION BY payer_id, account_id ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM mrr_movements
),
spells AS (
    SELECT payer_id, account_id, MIN(moved_at) AS started_at, MAX(CASE WHEN movement = 'churn' THEN moved_at END) AS ended_at
    FROM numbered
    GROUP BY payer_id, account_id, number
)
SELECT s.payer_id, s.account_id, s.started_at, s.ended_at, m.moved_at, m.movement, m.amount
FROM spells s
JOIN mrr_movements m ON m.payer_id = s.payer_id AND COALESCE(m.account_id, '') = COALESCE(s.account_id, '')
WHERE m.moved_at > s.started_at
