-- Leads and opportunities created in the month whose source is the account manager and whose account fits (sheet 2).
-- Source = the text account_manager in leads.source, opportunities.source. Fit = fit_score >= 50, no score is no fit (13).
-- A lead and an opportunity are two; leads of one person are one, at the first with this source. No account: no fit. Creation unknown:
-- no part. Tier at the creation.
WITH rows_spotted AS (
    SELECT 'o:' || o.opportunity_id AS item, o.created_at, o.account_id
    FROM opportunities o JOIN opportunity_sources s USING (opportunity_id) WHERE s.source = 'account_manager'
    UNION ALL
    SELECT 'l:' || l.person, min(l.created_at), first(l.account_id ORDER BY l.created_at)
    FROM leads l JOIN lead_sources s USING (lead_id) WHERE s.source = 'account_manager' GROUP BY l.person),
spotted AS (
    SELECT date_trunc('month', r.created_at)::DATE AS month, tier_at(r.account_id, r.created_at) AS tier, r.item,
           EXISTS (SELECT 1 FROM activities a WHERE a.account_id = r.account_id AND a.kind = 'meeting' AND a.status = 'completed'
                   AND a.occurred_at >= r.created_at AND a.occurred_at < date_trunc('month', r.created_at) + INTERVAL 1 MONTH) AS met
    FROM rows_spotted r JOIN accounts c ON c.account_id = r.account_id AND c.fit_score >= 50
    WHERE r.created_at >= DATE '2024-01-01' AND r.created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM spotted UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(s.item)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN spotted s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
