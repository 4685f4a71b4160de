-- Wrong: goals of the month on track less goals of the month reached whenever, one set of goals for both, and nothing due is 0.
WITH due AS (
    SELECT date_trunc('month', due_on)::DATE AS month, avg((achieved_on <= due_on)::INTEGER) AS in_time, avg((achieved_on IS NOT NULL)::INTEGER) AS ever
    FROM goals WHERE due_on IS NOT NULL GROUP BY ALL)
SELECT m.period_start, coalesce(d.ever - d.in_time, 0)::DOUBLE AS value
FROM months m LEFT JOIN due d ON d.month = m.period_start ORDER BY ALL
