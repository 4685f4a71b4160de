-- cac / (monthly ARPA of the new customers x gross margin 0.8, the workspace's) (sheet 4, 13). Denominator 0 or unknown: null.
-- Cost = spent_on in the month, function sales or marketing (success is neither), every category: fully loaded (sheet 4); credit
-- notes are negative and kept (13 "Rows"); euros at the day spent. New customer = account whose first opportunity ever was won
-- in the month (13 "Sales"); wins of no account make no customer.
-- AMBIGUOUS: "ARPA_monthly_of_new". Read with 13 "ARPA = MRR at the closing / live accounts at the closing", narrowed to the new
-- customers that cac counts: their MRR at the month's end / how many of them have any then. Total only, as cac.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
new_mrr AS (
    SELECT m.period_start, f.account_id, sum(s.mrr) AS mrr
    FROM months m JOIN firsts f ON f.won_at >= m.period_start AND f.won_at < m.period_end
    JOIN subscriptions s ON s.account_id = f.account_id AND live(s.started_on, s.ended_on, m.period_end)
    GROUP BY ALL),
parts AS (
    SELECT m.period_start,
           coalesce((SELECT sum(c.amount) FROM costs c
                     WHERE c."function" IN ('sales', 'marketing') AND c.spent_on >= m.period_start AND c.spent_on < m.period_end), 0)
           / nullif((SELECT count(*) FROM firsts f WHERE f.won_at >= m.period_start AND f.won_at < m.period_end), 0) AS cac,
           (SELECT avg(n.mrr) FROM new_mrr n WHERE n.period_start = m.period_start) AS arpa_of_new
    FROM months m)
SELECT period_start, CASE WHEN arpa_of_new > 0 THEN cac / (arpa_of_new * 0.8) END AS value FROM parts ORDER BY ALL
