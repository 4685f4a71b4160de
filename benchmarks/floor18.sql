-- The 18 KPIs by account and month from the files that peers read, each file once.
WITH engaged AS (
    SELECT account_id, date_trunc('month', occurred_at) AS month,
        count(*) FILTER (WHERE kind = 'page_view') AS page_views,
        count(*) FILTER (WHERE kind = 'content_downloaded') AS content_downloads,
        count(*) FILTER (WHERE kind = 'social_interaction') AS social_interactions,
        count(*) FILTER (WHERE is_conversation) AS conversations
    FROM '{facts}/engagements.parquet' WHERE occurred_at >= DATE '{first}' AND occurred_at < DATE '{after}'
    GROUP BY ALL
), visited AS (
    SELECT account_id, date_trunc('month', started_at) AS month, count(*) AS website_visits
    FROM '{facts}/sessions.parquet' WHERE started_at >= DATE '{first}' AND started_at < DATE '{after}'
    GROUP BY ALL
), touched AS (
    SELECT account_id, date_trunc('month', occurred_at) AS month,
        count(*) FILTER (WHERE direction = 'inbound') AS inbound_touches,
        count(*) FILTER (WHERE direction = 'outbound') AS outbound_touches,
        inbound_touches / nullif(outbound_touches, 0) AS inbound_outbound_ratio
    FROM '{facts}/touches.parquet' WHERE occurred_at >= DATE '{first}' AND occurred_at < DATE '{after}'
    GROUP BY ALL
), opened AS (
    SELECT account_id, date_trunc('month', created_at) AS month, count(*) AS opportunities_created
    FROM '{facts}/opportunities.parquet' WHERE created_at >= DATE '{first}' AND created_at < DATE '{after}'
    GROUP BY ALL
), closed AS (
    SELECT account_id, date_trunc('month', closed_at) AS month,
        count(*) FILTER (WHERE status = 'won') / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) AS win_rate,
        avg(amount) FILTER (WHERE status = 'won') AS avg_deal_size
    FROM '{facts}/opportunities.parquet' WHERE closed_at >= DATE '{first}' AND closed_at < DATE '{after}'
    GROUP BY ALL
), months AS (
    SELECT unnest(range(DATE '{first}', DATE '{after}', INTERVAL 1 MONTH)) AS month
), moved AS (
    SELECT account_id, greatest(date_trunc('month', moved_at), DATE '{first}' - INTERVAL 1 MONTH) AS month,
        sum(amount) FILTER (WHERE movement = 'new') AS new_mrr,
        sum(amount) FILTER (WHERE movement = 'expansion') AS expansion_mrr,
        sum(amount) FILTER (WHERE movement = 'churn') AS churn_mrr, sum(change) AS net
    FROM '{facts}/mrr_movements.parquet' WHERE moved_at < DATE '{after}'
    GROUP BY ALL
), running AS (
    SELECT p.account_id, m.month, new_mrr, expansion_mrr, churn_mrr,
        sum(net) OVER (PARTITION BY p.account_id ORDER BY m.month) AS mrr
    FROM (SELECT DISTINCT account_id FROM moved) p
        CROSS JOIN (FROM months UNION ALL SELECT DATE '{first}' - INTERVAL 1 MONTH) m
        LEFT JOIN moved USING (account_id, month)
    QUALIFY m.month >= DATE '{first}'
), asked AS (
    SELECT account_id, date_trunc('month', created_at) AS month, count(*) AS support_tickets
    FROM '{facts}/client_tickets.parquet' WHERE created_at >= DATE '{first}' AND created_at < DATE '{after}'
    GROUP BY ALL
), solved AS (
    SELECT account_id, date_trunc('month', ended_at) AS month, median(hours) AS resolution_time
    FROM '{facts}/ticket_waits.parquet'
    WHERE wait = 'resolution' AND in_order AND ended_at >= DATE '{first}' AND ended_at < DATE '{after}'
    GROUP BY ALL
), answered AS (
    SELECT account_id, date_trunc('month', answered_at) AS month, avg(CAST(score >= scale_max - 1 AS INT)) AS csat
    FROM '{facts}/survey_answers.parquet'
    WHERE survey = 'csat' AND answered_at >= DATE '{first}' AND answered_at < DATE '{after}'
    GROUP BY ALL
)
FROM engaged FULL JOIN visited USING (account_id, month) FULL JOIN touched USING (account_id, month)
    FULL JOIN opened USING (account_id, month) FULL JOIN closed USING (account_id, month)
    FULL JOIN running USING (account_id, month) FULL JOIN asked USING (account_id, month)
    FULL JOIN solved USING (account_id, month) FULL JOIN answered USING (account_id, month)
SELECT account_id, CAST(month AS DATE) AS month, {columns}
