-- Wrong: a meeting of the account at any time makes the opportunity a met one, also one long before it was spotted or cancelled.
WITH spotted AS (
    SELECT o.created_at, o.account_id FROM opportunities o JOIN opportunity_sources s USING (opportunity_id) WHERE s.source = 'account_manager'
    UNION ALL
    SELECT l.created_at, l.account_id FROM leads l JOIN lead_sources s USING (lead_id) WHERE s.source = 'account_manager')
SELECT m.period_start, count(*) FILTER (WHERE s.account_id IN (SELECT account_id FROM activities WHERE kind = 'meeting'))
       / nullif(count(s.created_at), 0)::DOUBLE AS value
FROM months m LEFT JOIN spotted s ON s.created_at >= m.period_start AND s.created_at < m.period_end
GROUP BY ALL ORDER BY ALL
