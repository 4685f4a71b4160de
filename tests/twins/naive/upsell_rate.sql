-- Wrong: every upsell deal of the month over the customers of its end: two deals of one customer count twice, and so do
-- deals of accounts that were no customers when the month began.
WITH deals AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, count(*) AS n FROM opportunities
    WHERE status = 'won' AND type = 'upsell' AND closed_at IS NOT NULL GROUP BY ALL)
SELECT m.period_start,
       coalesce(any_value(d.n), 0) / nullif(count(DISTINCT s.account_id), 0)::DOUBLE AS value
FROM months m LEFT JOIN deals d ON d.month = m.period_start
LEFT JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_end) AND s.account_id IS NOT NULL
GROUP BY ALL ORDER BY ALL
