-- Wrong: divides by the accounts that were touched; the silent ones belong below the line.
SELECT m.period_start,
       count(a.activity_id) * 30 / nullif(count(DISTINCT a.account_id) * (m.period_end - m.period_start), 0)::DOUBLE AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND is_touch(a.kind, a.is_automated)
GROUP BY m.period_start, m.period_end ORDER BY ALL
