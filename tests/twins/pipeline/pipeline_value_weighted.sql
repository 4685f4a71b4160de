-- Sum of amount x probability of opportunities open at the month's end t.
-- Open at t = created before t and not closed before t (sheet 3, G2): one closing exactly at t is still open at t, whatever its
-- status says today (won, lost, disqualified; also a closing later than the refresh). A closed one whose closing time
-- is unknown takes no part (DESIGN 4). Amount and probability as of t from the history, each column by its last filled row with
-- changed_at < t; before the first such row the earliest recorded value; without history the current value.
-- Currency: at the rate of the creation date, the event that opened it (G5; the sheet names no other date for an open one).
-- Tier just before t (a stock at its moment).
-- Probability of the opportunity, else of its stage (no stage rates are configured here); missing: left out (sheet 3).
WITH open_then AS (
    SELECT m.period_start AS month, tier_before(o.account_id, m.period_end) AS tier, o.currency, o.created_at,
           coalesce(
               (SELECT arg_max(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL AND h.changed_at < m.period_end),
               (SELECT arg_min(h.amount, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.amount IS NOT NULL),
               o.amount_own) AS amount_then,
           coalesce(
               (SELECT arg_max(h.probability, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.probability IS NOT NULL AND h.changed_at < m.period_end),
               (SELECT arg_min(h.probability, h.changed_at) FROM opportunity_history h
                WHERE h.opportunity_id = o.opportunity_id AND h.probability IS NOT NULL),
               o.probability) AS probability_then
    FROM months m
    JOIN opportunities o ON o.created_at < m.period_end AND (o.status = 'open' OR o.closed_at >= m.period_end)),
groups AS (SELECT DISTINCT tier FROM open_then UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       coalesce(sum(eur(o.amount_then, o.currency, o.created_at) * o.probability_then), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN open_then o ON o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)
GROUP BY ALL ORDER BY ALL
