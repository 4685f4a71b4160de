-- Wrong: every row with that source, each lead of one person, and accounts that do not fit too.
SELECT m.period_start,
       (SELECT count(*) FROM leads l JOIN lead_sources s USING (lead_id)
        WHERE s.source = 'account_manager' AND l.created_at >= m.period_start AND l.created_at < m.period_end)
       + (SELECT count(*) FROM opportunities o JOIN opportunity_sources s USING (opportunity_id)
          WHERE s.source = 'account_manager' AND o.created_at >= m.period_start AND o.created_at < m.period_end)::DOUBLE AS value
FROM months m ORDER BY ALL
