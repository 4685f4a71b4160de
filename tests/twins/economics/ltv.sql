-- Monthly ARPA x gross margin 0.8 / monthly logo churn (sheet 4). Churn 0 or unknown: null.
-- ARPA = MRR at the closing / live accounts at the closing; logo churn of the same month (13). MRR of no account is in the MRR of
-- the total, but is no account below the line (13 "Rows"). Tier of the ARPA just before the closing (a stock), of the churn just
-- before the opening.
WITH paying AS (  -- one row per month and account with MRR at the month's opening or closing
    SELECT m.period_start AS month, s.account_id,
           tier_before(s.account_id, m.period_start) AS tier_opening, tier_before(s.account_id, m.period_end) AS tier_closing,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m JOIN subscriptions s
        ON live(s.started_on, s.ended_on, m.period_start) OR live(s.started_on, s.ended_on, m.period_end)
    GROUP BY m.period_start, m.period_end, s.account_id),
groups AS (SELECT tier_opening AS tier FROM paying UNION SELECT tier_closing FROM paying UNION SELECT NULL),
parts AS (
    SELECT m.period_start, g.tier,
           (SELECT sum(p.closing) / nullif(count(p.account_id) FILTER (WHERE p.closing > 0), 0) FROM paying p
            WHERE p.month = m.period_start AND (g.tier IS NULL OR p.tier_closing = g.tier)) AS arpa,
           (SELECT count(p.account_id) FILTER (WHERE p.opening > 0 AND p.closing = 0)
                   / nullif(count(p.account_id) FILTER (WHERE p.opening > 0), 0)::DOUBLE FROM paying p
            WHERE p.month = m.period_start AND (g.tier IS NULL OR p.tier_opening = g.tier)) AS churn
    FROM months m CROSS JOIN groups g)
SELECT period_start, tier, arpa * 0.8 / nullif(churn, 0) AS value FROM parts ORDER BY ALL
