WITH asked AS (
    SELECT t.* FROM tickets t LEFT JOIN contacts c USING (contact_id) WHERE NOT COALESCE(c.is_internal, FALSE)
), created AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS support_tickets
    FROM asked JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY 1, 2
), open AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS ticket_backlog
    FROM (
        SELECT account_id, created_at AS opened_at, solved_at FROM asked
        WHERE solved_at IS NOT NULL OR lower(COALESCE(status, 'open')) NOT IN ('solved', 'closed')
        UNION ALL
        SELECT account_id, reopened_at, NULL FROM asked
        WHERE reopened_at >= solved_at AND lower(COALESCE(status, 'open')) NOT IN ('solved', 'closed')
    ) JOIN months m ON opened_at < m.hi AND (solved_at IS NULL OR solved_at >= m.hi)
    GROUP BY 1, 2
), waited AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        median(minutes) FILTER (WHERE wait = 'first_response') AS first_response_time,
        median(minutes / 60) FILTER (WHERE wait = 'response') AS response_time,
        median(minutes / 60) FILTER (WHERE wait = 'resolution') AS resolution_time
    FROM (
        SELECT account_id, wait, minutes, CASE wait WHEN 'resolution' THEN ended_at ELSE began_at END AS counted_at
        FROM ticket_waits
        WHERE CASE wait WHEN 'resolution' THEN ended_at >= began_at ELSE ended_at < (SELECT max(horizon) FROM months) END
    ) JOIN months m ON counted_at >= m.lo AND counted_at < m.hi
    GROUP BY 1, 2
)
SELECT account_id, p, support_tickets, ticket_backlog, first_response_time, response_time, resolution_time
FROM created FULL JOIN open USING (account_id, p) FULL JOIN waited USING (account_id, p)
