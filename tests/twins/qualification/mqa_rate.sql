-- Target accounts that are marketing qualified at the month's end t / target accounts at t (sheet 2).
-- AMBIGUOUS: above the line the stock or the month's entries. Read: the stock; "mqa_open = qualified at as_of. mqa_rate = /target
-- accounts" follows on it, and only then is it a proportion that can't exceed 1 (G8). Qualified as in mqa_open: points of
-- [t - 90 d, t) >= 100, people >= 2, fit >= 50, also back inside the cooldown (a03 in July).
-- Target account: list and group target (control is not: a05), just before t (G7): a02 has left in June. Tier just before t.
WITH targets AS (
    SELECT DISTINCT m.period_start AS month, m.period_end, t.account_id, tier_before(t.account_id, m.period_end) AS tier
    FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_end)),
known AS (
    SELECT t.month, t.tier, t.account_id,
           coalesce(any_value(c.fit_score) >= 50 AND sum(points(a.kind)) >= 100 AND count(DISTINCT a.contact_id) >= 2, false) AS qualified
    FROM targets t JOIN accounts c USING (account_id)
    LEFT JOIN activities a ON a.account_id = t.account_id AND points(a.kind) > 0
        AND a.occurred_at >= t.period_end - INTERVAL 90 DAYS AND a.occurred_at < t.period_end
    GROUP BY t.month, t.tier, t.account_id),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.qualified) / nullif(count(k.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
