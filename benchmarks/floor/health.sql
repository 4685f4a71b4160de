-- reads: engaged, contacted, seated
WITH known AS (
    SELECT account_id, m.p FROM accounts JOIN months m ON created_at IS NULL OR created_at < m.hi
), asked AS (
    SELECT t.account_id, m.p, count(*) AS tickets
    FROM tickets t JOIN months m ON t.created_at >= m.hi - to_seconds(30 * 86400) AND t.created_at < m.hi
        LEFT JOIN contacts c USING (contact_id)
    WHERE NOT COALESCE(c.is_internal, FALSE) GROUP BY 1, 2
), answered AS (
    SELECT account_id, m.p, avg(CASE WHEN score >= 9 THEN 1 WHEN score < 7 THEN -1 ELSE 0 END) AS net
    FROM survey_answers JOIN months m ON answered_at < m.hi AND (next_answered_at IS NULL OR next_answered_at >= m.hi)
    WHERE survey = 'nps' GROUP BY 1, 2
), points AS (
    SELECT account_id, p, greatest(0, least(100, COALESCE(score, 0))) AS engagement,
        CASE WHEN seats > 0 THEN least(100, 100 * users / seats) END AS adoption,
        50 + 50 * net AS sentiment, CASE WHEN open_gap IS NOT NULL THEN greatest(0, 100 - 100 * open_gap / 90) END AS relationship,
        greatest(0, 100 - 10 * COALESCE(tickets, 0)) AS support
    FROM known LEFT JOIN engaged USING (account_id, p) LEFT JOIN seated USING (account_id, p) LEFT JOIN asked USING (account_id, p)
        LEFT JOIN answered USING (account_id, p) LEFT JOIN contacted USING (account_id, p)
), weighed AS (
    SELECT *, 40 + CASE WHEN adoption IS NULL THEN 0 ELSE 25 END + CASE WHEN sentiment IS NULL THEN 0 ELSE 20 END
        + CASE WHEN relationship IS NULL THEN 0 ELSE 15 END AS present FROM points
)
SELECT account_id, p, (25 * engagement + 25 * COALESCE(adoption, 0) + 20 * COALESCE(sentiment, 0)
    + 15 * COALESCE(relationship, 0) + 15 * support) / present AS health_score
FROM weighed WHERE present >= 50
