WITH deals AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, status, amount, created_at, closed_at,
        timezone('{zone}', timezone('UTC', created_at)) AS c, timezone('{zone}', timezone('UTC', closed_at)) AS d,
        CASE WHEN closed_at < created_at THEN NULL
            WHEN c = date_trunc('day', c) AND d = date_trunc('day', d) THEN date_diff('day', c, d)
            ELSE (epoch_us(closed_at) - epoch_us(created_at)) / 86400e6 END AS cycle
    FROM opportunities
), created AS (
    SELECT account_id, m.p, count(*) AS opportunities_created
    FROM deals JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY 1, 2
), closed AS (
    SELECT account_id, m.p, avg(amount) FILTER (WHERE status = 'won') AS avg_deal_size,
        sum(amount) FILTER (WHERE status = 'won') AS sales_revenue,
        avg(cycle) FILTER (WHERE status = 'won') AS sales_cycle_days,
        count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) AS win_rate
    FROM deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi GROUP BY 1, 2
), trailing_year AS (
    SELECT account_id, m.p,
        COALESCE(sum(amount) FILTER (WHERE status = 'won'), 0) / nullif(count(amount) FILTER (WHERE status = 'won'), 0)
            * count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
            / nullif(avg(cycle) FILTER (WHERE status = 'won'), 0) AS speed
    FROM deals JOIN months m ON closed_at >= m.hi - to_seconds(365 * 86400) AND closed_at < m.hi GROUP BY 1, 2
), open AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, sum(amount) AS pipeline_value_open,
        count(*) FILTER (WHERE qualified_from < m.hi) AS qualified
    FROM opportunity_states s JOIN months m ON s.valid_from < m.hi AND (s.valid_to IS NULL OR s.valid_to >= m.hi)
    GROUP BY 1, 2
), won AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, avg(touches) AS touches_to_closure
    FROM closed_deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi WHERE status = 'won' GROUP BY 1, 2
)
SELECT account_id, p, opportunities_created, win_rate, avg_deal_size, sales_revenue, sales_cycle_days, pipeline_value_open,
    COALESCE(qualified, 0) * speed AS pipeline_velocity, touches_to_closure
FROM created FULL JOIN closed USING (account_id, p) FULL JOIN trailing_year USING (account_id, p)
    FULL JOIN open USING (account_id, p) FULL JOIN won USING (account_id, p)
