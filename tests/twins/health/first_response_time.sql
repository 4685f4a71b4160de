-- Median minutes from creation to the first public reply of a human agent, over tickets created in the month (sheet 7, stat=median).
-- Bots, internal notes and the customer do not answer. Replies up to the refresh count (13 "as_of of cohorts"). Unanswered: left out.
-- The column first_response_at speaks only for a ticket without any comment (13 "Support"). Tier at creation, which makes the cohort.
WITH answered AS (
    SELECT date_trunc('month', k.created_at)::DATE AS month, tier_at(k.account_id, k.created_at) AS tier,
           epoch(CASE WHEN count(c.ticket_id) = 0 THEN any_value(k.first_response_at)
                      ELSE min(c.occurred_at) FILTER (WHERE c.author_kind = 'agent' AND c.is_public) END - k.created_at) / 60 AS minutes
    FROM tickets k LEFT JOIN ticket_comments c USING (ticket_id)
    WHERE k.created_at >= DATE '2024-01-01' AND k.created_at < DATE '2024-08-01'
    GROUP BY k.ticket_id, k.created_at, k.account_id),
groups AS (SELECT DISTINCT tier FROM answered UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, median(a.minutes) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN answered a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
