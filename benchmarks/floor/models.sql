WITH purchases AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        sum(purchases) FILTER (WHERE month <= 12) / nullif(count(*) FILTER (WHERE month = 1), 0) AS clv_bgnbd,
        sum(value) FILTER (WHERE month = 1) / nullif(count(value) FILTER (WHERE month = 1), 0) AS clv_gamma_gamma,
        CASE WHEN max(month) FILTER (WHERE value IS NOT NULL) >= 12
            THEN sum(value * purchases / pow(1.01, month)) FILTER (WHERE month <= 12)
                / nullif(count(value) FILTER (WHERE month = 1), 0) END AS clv_predictive
    FROM expected_purchases JOIN months m ON fitted_at <= m.hi AND (valid_to IS NULL OR valid_to > m.hi)
    GROUP BY 1, 2
), renewals AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, {gross_margin} * avg(contract_value * payments) AS clv_sbg
    FROM renewal_models JOIN months m ON fitted_at <= m.hi AND (valid_to IS NULL OR valid_to > m.hi)
    GROUP BY 1, 2
), expansions AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        count(*) FILTER (WHERE probability >= 0.5) / count(*) AS expansion_propensity_share
    FROM expansion_propensity JOIN months m ON fitted_at <= m.hi AND (valid_to IS NULL OR valid_to > m.hi)
    GROUP BY 1, 2
)
SELECT account_id, p, clv_bgnbd, clv_gamma_gamma, clv_predictive, clv_sbg, expansion_propensity_share
FROM purchases FULL JOIN renewals USING (account_id, p) FULL JOIN expansions USING (account_id, p)
