WITH answers AS (
    SELECT account_id, m.p,
        100 * (count(*) FILTER (WHERE survey = 'nps' AND score >= 9 AND is_last)
            - count(*) FILTER (WHERE survey = 'nps' AND score < 7 AND is_last))
            / nullif(count(*) FILTER (WHERE survey = 'nps' AND is_last), 0) AS nps,
        count(*) FILTER (WHERE survey = 'csat' AND score >= COALESCE(scale_max, 5) - 1)
            / nullif(count(*) FILTER (WHERE survey = 'csat'), 0) AS csat
    FROM survey_answers a JOIN months m ON a.answered_at >= m.lo AND a.answered_at < m.hi,
        LATERAL (SELECT a.next_answered_at IS NULL OR a.next_answered_at >= m.hi AS is_last)
    WHERE survey IN ('nps', 'csat') GROUP BY ALL
), asked AS (
    SELECT t.account_id, m.p, count(*) AS tickets
    FROM tickets t JOIN months m ON t.created_at >= m.lo AND t.created_at < m.hi LEFT JOIN contacts c USING (contact_id)
    WHERE NOT COALESCE(c.is_internal, FALSE) GROUP BY ALL
), solved AS (
    SELECT account_id, m.p, median(minutes / 60) AS median_resolution
    FROM ticket_waits JOIN months m ON ended_at >= m.lo AND ended_at < m.hi
    WHERE wait = 'resolution' AND ended_at >= began_at GROUP BY ALL
), figures AS (
    SELECT account_id, p, nps, csat, NULL AS tickets, NULL AS median_resolution FROM answers
    UNION ALL SELECT account_id, p, NULL, NULL, tickets, NULL FROM asked
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, median_resolution FROM solved
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, max(nps) AS nps, max(csat) AS csat, max(tickets) AS tickets,
    max(median_resolution) AS median_resolution
FROM figures GROUP BY ALL
