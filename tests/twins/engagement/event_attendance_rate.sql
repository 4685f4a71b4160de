-- Attended / registered, each a distinct person x event of the month (sheet 1).
-- AMBIGUOUS: whether the attended ones must have registered, and when. Read literally: two counts, each by its own date; it is no
-- cohort (13 "as_of of cohorts" does not name it), so it may exceed 1, and nobody registered is null. Event = campaign_id, as in
-- event_attendance. Our own people are out (G6). Tier at each event.
WITH events AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier, kind, contact_id, campaign_id
    FROM activities
    WHERE kind IN ('event_attended', 'event_registered') AND contact_id IS NOT NULL AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM events UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(DISTINCT (e.contact_id, e.campaign_id)) FILTER (WHERE e.kind = 'event_attended')
       / nullif(count(DISTINCT (e.contact_id, e.campaign_id)) FILTER (WHERE e.kind = 'event_registered'), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN events e ON e.month = m.period_start AND (g.tier IS NULL OR e.tier = g.tier)
GROUP BY ALL ORDER BY ALL
