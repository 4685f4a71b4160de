WITH answers AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        100 * (count(*) FILTER (WHERE survey = 'nps' AND score >= 9 AND is_last)
            - count(*) FILTER (WHERE survey = 'nps' AND score < 7 AND is_last))
            / nullif(count(*) FILTER (WHERE survey = 'nps' AND is_last), 0) AS nps,
        count(*) FILTER (WHERE survey = 'csat' AND score >= COALESCE(scale_max, 5) - 1)
            / nullif(count(*) FILTER (WHERE survey = 'csat'), 0) AS csat
    FROM survey_answers a JOIN months m ON a.answered_at >= m.lo AND a.answered_at < m.hi,
        LATERAL (SELECT a.next_answered_at IS NULL OR a.next_answered_at >= m.hi AS is_last)
    GROUP BY 1, 2
), created AS (
    SELECT COALESCE(t.account_id, '(unmatched)') AS account_id, m.p, count(*) AS support_tickets
    FROM tickets t JOIN months m ON t.created_at >= m.lo AND t.created_at < m.hi LEFT JOIN contacts c USING (contact_id)
    WHERE NOT COALESCE(c.is_internal, FALSE) GROUP BY 1, 2
), solved AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, median(minutes / 60) AS resolution_time
    FROM ticket_waits w JOIN months m ON w.ended_at >= m.lo AND w.ended_at < m.hi
    WHERE wait = 'resolution' AND ended_at >= began_at GROUP BY 1, 2
)
SELECT account_id, p, nps, csat, support_tickets, resolution_time
FROM answers FULL JOIN created USING (account_id, p) FULL JOIN solved USING (account_id, p)
