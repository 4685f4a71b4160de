WITH deals AS (
    SELECT COALESCE(o.account_id, '(unmatched)') AS account_id, status, o.amount, created_at, closed_at,
        status = 'won' AS is_won, n.won_at AS customer_since,
        timezone('{zone}', timezone('UTC', created_at)) AS c, timezone('{zone}', timezone('UTC', closed_at)) AS d,
        CASE WHEN closed_at < created_at THEN NULL
            WHEN c = date_trunc('day', c) AND d = date_trunc('day', d) THEN date_diff('day', c, d)
            ELSE (epoch_us(closed_at) - epoch_us(created_at)) / 86400e6 END AS cycle
    FROM opportunities o LEFT JOIN new_customers n ON n.account_id = o.account_id
), created AS (
    SELECT account_id, m.p, count(*) AS opportunities_created
    FROM deals JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY 1, 2
), closed AS (
    -- of the month and of the one before
    SELECT account_id, m.p, avg(amount) FILTER (WHERE is_won AND is_now) AS avg_deal_size,
        sum(amount) FILTER (WHERE is_won AND is_now) AS sales_revenue,
        sum(amount) FILTER (WHERE is_won AND NOT is_now) AS revenue_before,
        sum(amount) FILTER (WHERE is_won AND is_now AND customer_since < m.before_lo) AS old_revenue,
        sum(amount) FILTER (WHERE is_won AND NOT is_now AND customer_since < m.before_lo) AS old_revenue_before,
        avg(cycle) FILTER (WHERE is_won AND is_now) AS sales_cycle_days,
        count(*) FILTER (WHERE is_won AND is_now)
            / nullif(count(*) FILTER (WHERE status IN ('won', 'lost') AND is_now), 0) AS win_rate
    FROM deals JOIN months m ON closed_at >= m.before_lo AND closed_at < m.hi, LATERAL (SELECT closed_at >= m.lo AS is_now)
    GROUP BY 1, 2
), trailing_year AS (
    SELECT account_id, m.p,
        COALESCE(sum(amount) FILTER (WHERE is_won), 0) / nullif(count(amount) FILTER (WHERE is_won), 0)
            * count(*) FILTER (WHERE is_won) / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0)
            / nullif(avg(cycle) FILTER (WHERE is_won), 0) AS speed
    FROM deals JOIN months m ON closed_at >= m.hi - to_seconds(365 * 86400) AND closed_at < m.hi GROUP BY 1, 2
), open AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, sum(amount) AS pipeline_value_open,
        sum(amount * probability) AS pipeline_value_weighted, count(*) AS deals,
        count(*) FILTER (WHERE qualified_from < m.hi) AS qualified
    FROM opportunity_states s JOIN months m ON s.valid_from < m.hi AND (s.valid_to IS NULL OR s.valid_to >= m.hi)
    GROUP BY 1, 2
), people AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(DISTINCT (opportunity_id, contact_id)) AS people
    FROM deal_engagement e JOIN months m ON e.from_at < m.hi AND (e.to_at IS NULL OR e.to_at >= m.hi)
    GROUP BY 1, 2
), won AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, avg(touches) AS touches_to_closure
    FROM closed_deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi WHERE status = 'won' GROUP BY 1, 2
), left_stages AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, avg(days_so_far) AS time_in_stage_days
    FROM stage_visits JOIN months m ON left_at >= m.lo AND left_at < m.hi
    WHERE next_left_at IS NULL OR next_left_at >= m.hi GROUP BY 1, 2
)
SELECT account_id, p, opportunities_created, win_rate, avg_deal_size, sales_revenue, sales_cycle_days,
    CASE WHEN revenue_before > 0 THEN COALESCE(sales_revenue, 0) / revenue_before - 1 END AS sales_growth_rate,
    CASE WHEN old_revenue_before > 0 THEN COALESCE(old_revenue, 0) / old_revenue_before - 1 END AS existing_account_growth,
    pipeline_value_open, pipeline_value_weighted, COALESCE(people, 0) / deals AS coverage_multithreading,
    COALESCE(qualified, 0) * speed AS pipeline_velocity, touches_to_closure, time_in_stage_days
FROM created FULL JOIN closed USING (account_id, p) FULL JOIN trailing_year USING (account_id, p)
    FULL JOIN open USING (account_id, p) FULL JOIN people USING (account_id, p) FULL JOIN won USING (account_id, p)
    FULL JOIN left_stages USING (account_id, p)
