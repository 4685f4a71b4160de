-- Goals achieved by their due date / goals due in the month (sheet 6, lagging; partial_credit=false).
-- By the due date, that day included (achieved_on <= due_on); one achieved later is not, however good actual is; achieved_on alone decides
-- (AMBIGUOUS where it is empty and a measurement reached the target: none of the rows). Due on the 1st belongs to the month that starts.
-- No due date: no part. No account: (unmatched) and total. Nothing due: null. Tier at the due date.
WITH due AS (
    SELECT date_trunc('month', due_on)::DATE AS month, tier_at(account_id, due_on) AS tier,
           coalesce(achieved_on <= due_on, false) AS achieved
    FROM goals WHERE due_on >= DATE '2024-01-01' AND due_on < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM due UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE d.achieved) / nullif(count(d.achieved), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN due d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
