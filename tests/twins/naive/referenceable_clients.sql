-- Wrong: whoever ever was a reference; a consent that has run out is none.
SELECT m.period_start,
       count(DISTINCT s.account_id) FILTER (WHERE s.account_id IN (SELECT e.account_id FROM advocacy_events e
                                                                   WHERE e.kind IN ('reference', 'case_study') AND e.occurred_at < m.period_end))
       / nullif(count(DISTINCT s.account_id), 0)::DOUBLE AS value
FROM months m LEFT JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_end) GROUP BY ALL ORDER BY ALL
