-- ltv / cac of the month (sheet 4); either unknown or cac 0: null. Formulas as in the twins ltv and cac. Total only, as cac.
-- Cost = spent_on in the month, function sales or marketing (success is neither), every category: fully loaded (sheet 4); credit
-- notes are negative and kept (13 "Rows"); euros at the day spent. New customer = account whose first opportunity ever was won
-- in the month (13 "Sales"); wins of no account make no customer.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
paying AS (  -- one row per month and account with MRR at the month's opening or closing
    SELECT m.period_start AS month, s.account_id,
           tier_before(s.account_id, m.period_start) AS tier_opening, tier_before(s.account_id, m.period_end) AS tier_closing,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m JOIN subscriptions s
        ON live(s.started_on, s.ended_on, m.period_start) OR live(s.started_on, s.ended_on, m.period_end)
    GROUP BY m.period_start, m.period_end, s.account_id),
parts AS (
    SELECT m.period_start,
           (SELECT sum(p.closing) / nullif(count(p.account_id) FILTER (WHERE p.closing > 0), 0)
            FROM paying p WHERE p.month = m.period_start) AS arpa,
           (SELECT count(p.account_id) FILTER (WHERE p.opening > 0 AND p.closing = 0)
                   / nullif(count(p.account_id) FILTER (WHERE p.opening > 0), 0)::DOUBLE
            FROM paying p WHERE p.month = m.period_start) AS churn,
           coalesce((SELECT sum(c.amount) FROM costs c
                     WHERE c."function" IN ('sales', 'marketing') AND c.spent_on >= m.period_start AND c.spent_on < m.period_end), 0)
           / nullif((SELECT count(*) FROM firsts f WHERE f.won_at >= m.period_start AND f.won_at < m.period_end), 0) AS cac
    FROM months m)
SELECT period_start, arpa * 0.8 / nullif(churn, 0) / nullif(cac, 0) AS value FROM parts ORDER BY ALL
