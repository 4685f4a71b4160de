WITH payers AS (
    SELECT account_id, payer_id, m.p,
        sum(mrr) FILTER (WHERE was_live) AS before, sum(mrr) FILTER (WHERE is_live) AS after,
        count(*) FILTER (WHERE is_live) AS live,
        sum(mrr) FILTER (WHERE was_live_year) AS year_before
    FROM subscription_spans s
        JOIN months m ON s.started_at < m.hi AND (s.ended_at IS NULL OR s.ended_at >= m.year_lo),
        LATERAL (SELECT s.started_at < m.lo AND (s.ended_at IS NULL OR s.ended_at >= m.lo) AS was_live,
            s.ended_at IS NULL OR s.ended_at >= m.hi AS is_live,
            s.started_at < m.year_lo AS was_live_year)
    GROUP BY 1, 2, 3
), paid AS (
    SELECT account_id, p, sum(after) AS mrr, sum(before) AS opening, sum(live) AS live,
        sum(COALESCE(after, 0)) FILTER (WHERE before > 0) / nullif(sum(before), 0) AS nrr,
        sum(least(before, COALESCE(after, 0))) FILTER (WHERE before > 0) / nullif(sum(before), 0) AS grr,
        sum(COALESCE(after, 0)) FILTER (WHERE year_before > 0) / nullif(sum(year_before), 0) AS nrr_12m,
        sum(least(year_before, COALESCE(after, 0))) FILTER (WHERE year_before > 0) / nullif(sum(year_before), 0) AS grr_12m
    FROM payers GROUP BY 1, 2
), moved AS (
    SELECT account_id, m.p,
        sum(amount) FILTER (WHERE movement = 'new') AS new_mrr, sum(amount) FILTER (WHERE movement = 'expansion') AS expansion_mrr,
        sum(amount) FILTER (WHERE movement = 'contraction') AS contraction_mrr,
        sum(amount) FILTER (WHERE movement = 'churn') AS churn_mrr,
        sum(amount) AS net_new_mrr, sum(amount) FILTER (WHERE movement = 'reactivation') AS reactivation_mrr,
        sum(amount) FILTER (WHERE movement IN ('contraction', 'churn')) AS losses
    FROM mrr_movements v JOIN months m ON v.moved_at >= m.lo AND v.moved_at < m.hi GROUP BY 1, 2
), customers AS (
    SELECT account_id, m.p,
        count(*) FILTER (WHERE started_at < m.lo AND (ended_at IS NULL OR ended_at >= m.lo)) AS before,
        count(*) FILTER (WHERE started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.hi)) AS after
    FROM customer_spells s JOIN months m ON s.started_at < m.hi AND (s.ended_at IS NULL OR s.ended_at >= m.lo)
    WHERE account_id IS NOT NULL GROUP BY 1, 2
), kept AS (
    SELECT account_id, p, CASE WHEN after = 0 THEN 1 ELSE 0 END AS lost, CASE WHEN after > 0 THEN 1 ELSE 0 END AS stayed
    FROM customers WHERE before > 0
), sold AS (
    SELECT account_id, m.p, sum(amount) FILTER (WHERE type = 'upsell') AS upsell,
        sum(amount) FILTER (WHERE type = 'cross_sell') AS cross_sell,
        count(*) FILTER (WHERE type = 'upsell') AS upsells, count(*) FILTER (WHERE type = 'cross_sell') AS cross_sells
    FROM opportunities o JOIN months m ON closed_at >= m.lo AND closed_at < m.hi
    WHERE status = 'won' AND type IN ('upsell', 'cross_sell') GROUP BY 1, 2
), everyone AS (
    SELECT account_id, p FROM paid UNION SELECT account_id, p FROM moved
    UNION SELECT account_id, p FROM kept UNION SELECT account_id, p FROM sold
)
SELECT COALESCE(k.account_id, '(unmatched)') AS account_id, k.p, mrr, nrr, grr, nrr_12m, grr_12m, new_mrr, expansion_mrr,
    contraction_mrr, churn_mrr, reactivation_mrr, lost AS logo_churn_rate, 1 - lost AS retention_rate,
    stayed AS retention_rate_plain, 12 * mrr AS arr, net_new_mrr,
    (COALESCE(new_mrr, 0) + COALESCE(expansion_mrr, 0)) / nullif(-losses, 0) AS saas_quick_ratio,
    COALESCE(-losses, 0) / nullif(opening, 0) AS gross_mrr_churn_rate,
    (COALESCE(-losses, 0) - COALESCE(expansion_mrr, 0) - COALESCE(reactivation_mrr, 0)) / nullif(opening, 0) AS net_mrr_churn_rate,
    expansion_mrr AS account_expansion_revenue, COALESCE(expansion_mrr, 0) / nullif(opening, 0) AS account_expansion_rate,
    -- months of 28 to 31 days: the churn of the month is the monthly churn
    CASE WHEN live > 0 AND k.account_id IS NOT NULL THEN mrr * {gross_margin} / nullif(lost, 0) END AS ltv,
    upsell AS upsell_revenue, cross_sell AS cross_sell_revenue,
    CASE WHEN lost IS NOT NULL THEN CASE WHEN upsells > 0 THEN 1 ELSE 0 END END AS upsell_rate,
    CASE WHEN lost IS NOT NULL THEN CASE WHEN cross_sells > 0 THEN 1 ELSE 0 END END AS cross_sell_rate
FROM everyone k
    LEFT JOIN paid ON paid.account_id IS NOT DISTINCT FROM k.account_id AND paid.p = k.p
    LEFT JOIN moved ON moved.account_id IS NOT DISTINCT FROM k.account_id AND moved.p = k.p
    LEFT JOIN sold ON sold.account_id IS NOT DISTINCT FROM k.account_id AND sold.p = k.p
    LEFT JOIN kept ON kept.account_id = k.account_id AND kept.p = k.p
