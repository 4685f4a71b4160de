-- Wrong: only what is subscribed is owned; what was ordered once, or won as a deal, is offered again.
SELECT m.period_start, count(*) FILTER (WHERE NOT EXISTS (
    SELECT 1 FROM subscriptions s JOIN subscription_products p USING (subscription_id)
    WHERE s.account_id = e.account_id AND p.product_id = e.product_id AND live(s.started_on, s.ended_on, m.period_end)))::DOUBLE AS value
FROM months m CROSS JOIN eligible e
GROUP BY ALL ORDER BY ALL
