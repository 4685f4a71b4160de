WITH deals AS (
    SELECT account_id, status, status = 'won' AS is_won, amount, created_at, closed_at,
        timezone('{zone}', timezone('UTC', created_at)) AS c, timezone('{zone}', timezone('UTC', closed_at)) AS d,
        CASE WHEN closed_at < created_at THEN NULL
            WHEN c = date_trunc('day', c) AND d = date_trunc('day', d) THEN date_diff('day', c, d)
            ELSE (epoch_us(closed_at) - epoch_us(created_at)) / 86400e6 END AS cycle
    FROM opportunities
), created AS (
    SELECT account_id, m.p, count(*) AS opportunities_created
    FROM deals JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY ALL
), closed AS (
    SELECT account_id, m.p, avg(amount) FILTER (WHERE is_won) AS deal_size,
        count(*) FILTER (WHERE is_won) / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) AS win_rate,
        median(cycle) FILTER (WHERE is_won) AS median_cycle
    FROM deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi GROUP BY ALL
), trailing_year AS (
    SELECT account_id, m.p,
        COALESCE(sum(amount) FILTER (WHERE is_won), 0) / nullif(count(amount) FILTER (WHERE is_won), 0)
            * count(*) FILTER (WHERE is_won) / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
            / nullif(avg(cycle) FILTER (WHERE is_won), 0) AS speed
    FROM deals JOIN months m ON closed_at >= m.hi - to_seconds(365 * 86400) AND closed_at < m.hi GROUP BY ALL
), open AS (
    SELECT account_id, m.p, sum(amount) AS open_pipeline, count(*) FILTER (WHERE qualified_from < m.hi) AS qualified
    FROM opportunity_states s JOIN months m ON s.valid_from < m.hi AND (s.valid_to IS NULL OR s.valid_to >= m.hi)
    GROUP BY ALL
), won AS (
    SELECT account_id, m.p, avg(touches) AS touches_to_closure
    FROM closed_deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi WHERE status = 'won' GROUP BY ALL
), figures AS (
    SELECT account_id, p, opportunities_created, NULL AS deal_size, NULL AS win_rate, NULL AS median_cycle, NULL AS speed, NULL AS open_pipeline, NULL AS qualified, NULL AS touches FROM created
    UNION ALL SELECT account_id, p, NULL, deal_size, win_rate, median_cycle, NULL, NULL, NULL, NULL FROM closed
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, speed, NULL, NULL, NULL FROM trailing_year
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, open_pipeline, qualified, NULL FROM open
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, NULL, touches_to_closure FROM won
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, max(opportunities_created) AS opportunities_created,
    max(win_rate) AS win_rate, max(deal_size) AS deal_size, max(median_cycle) AS median_cycle,
    max(open_pipeline) AS open_pipeline, COALESCE(max(qualified), 0) * max(speed) AS velocity, max(touches) AS touches_to_closure
FROM figures GROUP BY ALL
