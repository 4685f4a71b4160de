WITH payers AS (
    SELECT account_id, payer_id, m.p,
        sum(mrr) FILTER (WHERE started_at < m.lo AND (ended_at IS NULL OR ended_at >= m.lo)) AS before,
        sum(mrr) FILTER (WHERE started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.hi)) AS after
    FROM subscription_spans s JOIN months m ON s.started_at < m.hi AND (s.ended_at IS NULL OR s.ended_at >= m.lo)
    GROUP BY 1, 2, 3
), paid AS (
    SELECT account_id, p, sum(after) AS mrr, sum(before) AS opening,
        sum(COALESCE(after, 0)) FILTER (WHERE before > 0) / nullif(sum(before), 0) AS nrr,
        sum(least(before, COALESCE(after, 0))) FILTER (WHERE before > 0) / nullif(sum(before), 0) AS grr
    FROM payers GROUP BY 1, 2
), moved AS (
    SELECT account_id, m.p,
        sum(amount) FILTER (WHERE movement = 'new') AS new_mrr, sum(amount) FILTER (WHERE movement = 'expansion') AS expansion_mrr,
        sum(amount) FILTER (WHERE movement = 'contraction') AS contraction_mrr,
        sum(amount) FILTER (WHERE movement = 'churn') AS churn_mrr,
        sum(amount) AS net_new_mrr, sum(amount) FILTER (WHERE movement = 'reactivation') AS reactivation,
        sum(amount) FILTER (WHERE movement IN ('contraction', 'churn')) AS losses
    FROM mrr_movements v JOIN months m ON v.moved_at >= m.lo AND v.moved_at < m.hi GROUP BY 1, 2
), customers AS (
    SELECT account_id, m.p,
        count(*) FILTER (WHERE started_at < m.lo AND (ended_at IS NULL OR ended_at >= m.lo)) AS before,
        count(*) FILTER (WHERE started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.hi)) AS after
    FROM customer_spells s JOIN months m ON s.started_at < m.hi AND (s.ended_at IS NULL OR s.ended_at >= m.lo)
    WHERE account_id IS NOT NULL GROUP BY 1, 2
), lost AS (
    SELECT account_id, p, CASE WHEN after = 0 THEN 1 ELSE 0 END AS logo_churn_rate FROM customers WHERE before > 0
)
SELECT COALESCE(k.account_id, '(unmatched)') AS account_id, k.p, mrr, nrr, grr, new_mrr, expansion_mrr, contraction_mrr,
    churn_mrr, logo_churn_rate, 1 - logo_churn_rate AS retention_rate, 12 * mrr AS arr, net_new_mrr,
    (COALESCE(new_mrr, 0) + COALESCE(expansion_mrr, 0)) / nullif(-losses, 0) AS saas_quick_ratio,
    COALESCE(-losses, 0) / nullif(opening, 0) AS gross_mrr_churn_rate,
    (COALESCE(-losses, 0) - COALESCE(expansion_mrr, 0) - COALESCE(reactivation, 0)) / nullif(opening, 0) AS net_mrr_churn_rate
FROM (SELECT account_id, p FROM paid UNION SELECT account_id, p FROM moved) k
    LEFT JOIN paid ON paid.account_id IS NOT DISTINCT FROM k.account_id AND paid.p = k.p
    LEFT JOIN moved ON moved.account_id IS NOT DISTINCT FROM k.account_id AND moved.p = k.p
    LEFT JOIN lost ON lost.account_id = k.account_id AND lost.p = k.p
