WITH due AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        count(*) FILTER (WHERE renewed_at < m.horizon) AS renewed, count(*) FILTER (WHERE lost_at < m.horizon) AS lost,
        sum(renewed_value) FILTER (WHERE is_valued) AS net, sum(least(renewed_value, value)) FILTER (WHERE is_valued) AS gross,
        sum(value) FILTER (WHERE is_valued OR lost_at < m.horizon) AS expiring
    FROM contract_outcomes JOIN months m ON due_at >= m.lo AND due_at < m.hi,
        LATERAL (SELECT renewed_at < m.horizon AND value IS NOT NULL AND renewed_value IS NOT NULL AS is_valued)
    GROUP BY 1, 2
)
SELECT account_id, p, renewed / nullif(renewed + lost, 0) AS logo_renewal_rate, logo_renewal_rate AS renewal_rate,
    COALESCE(gross, 0) / nullif(expiring, 0) AS gross_value_renewal_rate,
    COALESCE(net, 0) / nullif(expiring, 0) AS net_value_renewal_rate
FROM due
