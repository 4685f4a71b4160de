-- Influenced opportunities / all opportunities created in the month (sheet 6). AMBIGUOUS: by number or by amount. Read: by number, as
-- rates are (win_rate: count first); an opportunity without amount counts, one of no account is in the denominator (total, (unmatched)).
-- Influenced as in influenced_pipeline. Nothing created: null. Tier at the creation.
WITH created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier, opportunity_id,
           coalesce(eur(amount_own, currency, created_at), 0) AS amount,
           EXISTS (SELECT 1 FROM campaign_touches t WHERE t.account_id = o.account_id
                   AND t.occurred_at >= o.created_at - INTERVAL 90 DAYS AND t.occurred_at <= o.created_at) AS influenced
    FROM opportunities o
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.influenced) / nullif(count(c.opportunity_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
