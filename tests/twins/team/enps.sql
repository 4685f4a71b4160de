-- 100 x (promoters - detractors) / respondents among employees, 9-10 and 0-6, the latest response per person in the month (sheet 6, 13).
-- By team. Fewer than 5 respondents in a cut by team: null (sheet 6, suppressed). The total is no cut by team and is not
-- suppressed by it (AMBIGUOUS for totals under 5; none is here). A team that is not filled in is (unknown).
-- A null score is no response; a score outside its scale is quarantined.
WITH answers AS (
    SELECT date_trunc('month', r.answered_at)::DATE AS month, coalesce(e.team, '(unknown)') AS team, r.employee_id, r.score
    FROM survey_responses r JOIN employees e USING (employee_id)
    WHERE r.survey = 'enps' AND r.answered_at >= DATE '2024-01-01' AND r.answered_at < DATE '2024-08-01'
    QUALIFY row_number() OVER (PARTITION BY month, r.employee_id ORDER BY r.answered_at DESC) = 1),
groups AS (SELECT DISTINCT team FROM answers UNION ALL SELECT NULL)
SELECT m.period_start, g.team,
       CASE WHEN g.team IS NULL OR count(DISTINCT a.employee_id) >= 5
            THEN 100.0 * (count(*) FILTER (WHERE a.score >= 9) - count(*) FILTER (WHERE a.score <= 6)) / nullif(count(a.score), 0) END AS value
FROM months m CROSS JOIN groups g
LEFT JOIN answers a ON a.month = m.period_start AND (g.team IS NULL OR a.team = g.team)
GROUP BY m.period_start, g.team ORDER BY ALL
