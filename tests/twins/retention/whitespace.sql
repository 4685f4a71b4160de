-- Eligible pairs of account and product not owned at the month's end t (sheet 5: count), by product_id.
-- Eligible: product_eligibility names the account or its segment; a pair once, accounts we know, created before t or undated.
-- AMBIGUOUS: owned. Read: a subscription of the product live at t (G2), or ever ordered before t (a sale; a return takes nothing back),
-- or a won opportunity naming it closed before t. No eligibility at all: null (sheet 5); here the matrix has no dates and holds always.
WITH pairs AS (
    SELECT m.period_start AS month, e.product_id,
           EXISTS (SELECT 1 FROM subscriptions s JOIN subscription_products p USING (subscription_id)
                   WHERE s.account_id = e.account_id AND p.product_id = e.product_id AND live(s.started_on, s.ended_on, m.period_end))
           OR EXISTS (SELECT 1 FROM order_lines l WHERE l.account_id = e.account_id AND l.product_id = e.product_id
                      AND l.kind = 'sale' AND l.ordered_at < m.period_end)
           OR EXISTS (SELECT 1 FROM opportunities o JOIN opportunity_sources q USING (opportunity_id)
                      WHERE o.account_id = e.account_id AND q.product_id = e.product_id AND o.status = 'won' AND o.closed_at < m.period_end) AS owned
    FROM months m CROSS JOIN eligible e JOIN accounts a USING (account_id)
    WHERE a.created_at IS NULL OR a.created_at < m.period_end),
groups AS (SELECT DISTINCT product_id FROM pairs UNION ALL SELECT NULL)
SELECT m.period_start, g.product_id,
       CASE WHEN (SELECT count(*) FROM eligible) > 0 THEN (count(*) FILTER (WHERE NOT p.owned))::DOUBLE END AS value
FROM months m CROSS JOIN groups g
LEFT JOIN pairs p ON p.month = m.period_start AND (g.product_id IS NULL OR p.product_id = g.product_id)
GROUP BY ALL ORDER BY ALL
