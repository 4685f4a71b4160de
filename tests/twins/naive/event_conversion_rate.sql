-- Wrong: orders of the month over page views of the month, whoever viewed and whoever ordered.
SELECT m.period_start,
       (SELECT count(DISTINCT order_id) FROM orders o WHERE o.ordered_at >= m.period_start AND o.ordered_at < m.period_end)
       / nullif((SELECT count(*) FROM activities a WHERE a.kind = 'page_view' AND a.occurred_at >= m.period_start
                 AND a.occurred_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
