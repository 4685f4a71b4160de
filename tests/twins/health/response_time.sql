-- Median hours from a customer's message to the next reply of a human agent, over the messages of the month (sheet 7).
-- AMBIGUOUS: the unit; it stands in the entry of resolution_time, whose header says hours. And what a message is: a public comment of
-- author_kind customer; the creation of a ticket is not one more (its first text is a comment where comments are kept), and there is
-- no column to fall back to. Any message counts, also two before the same reply. "Same rules": public, no bots, no internal notes;
-- replies up to the refresh (h08 is answered in the next month); a message without a later reply is left out (h13).
-- Tier of the ticket's account at the message.
WITH answered AS (
    SELECT date_trunc('month', q.occurred_at)::DATE AS month, tier_at(any_value(k.account_id), q.occurred_at) AS tier,
           epoch(min(r.occurred_at) - q.occurred_at) / 3600 AS hours
    FROM ticket_comments q JOIN tickets k USING (ticket_id)
    LEFT JOIN ticket_comments r ON r.ticket_id = q.ticket_id AND r.author_kind = 'agent' AND r.is_public AND r.occurred_at > q.occurred_at
    WHERE q.author_kind = 'customer' AND q.is_public AND q.occurred_at >= DATE '2024-01-01' AND q.occurred_at < DATE '2024-08-01'
    GROUP BY q.ticket_id, q.occurred_at),
groups AS (SELECT DISTINCT tier FROM answered UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, median(a.hours) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN answered a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
