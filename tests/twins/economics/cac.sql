-- Sales and marketing cost of the month / new customers of the month (sheet 4). No new customer: null.
-- Cost = spent_on in the month, function sales or marketing (success is neither), every category: fully loaded (sheet 4); credit
-- notes are negative and kept (13 "Rows"); euros at the day spent. New customer = account whose first opportunity ever was won
-- in the month (13 "Sales"); wins of no account make no customer.
-- Total only: a cost has no account, so cac has no tier (DESIGN 7: a KPI has the dimensions all its measures share).
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id)
SELECT m.period_start,
       coalesce((SELECT sum(c.amount) FROM costs c
                 WHERE c."function" IN ('sales', 'marketing') AND c.spent_on >= m.period_start AND c.spent_on < m.period_end), 0)
       / nullif((SELECT count(*) FROM firsts f WHERE f.won_at >= m.period_start AND f.won_at < m.period_end), 0) AS value
FROM months m ORDER BY ALL
