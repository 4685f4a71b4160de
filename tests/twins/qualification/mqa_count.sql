-- Accounts that become marketing qualified in the month (sheet 2): undecayed points of the trailing 90 d >= 100, people with a
-- qualifying event in it >= 2, fit_score >= 50, all inclusive; no score is no fit (13 "Engagement").
-- The tests can start to hold only at an event and stop only 90 days after one: look just after each of those instants x,
-- where the window holds ts in (x - 90 d, x]. Entry = the first instant of a spell. The fit is today's: no history records it.
-- Re-entry "only after cooldown 90 d below threshold" is read: a spell is an entry when there is no spell before it, or at least
-- 90 days lie between the end of the spell before (counted as an entry or not) and its start.
-- Events before the first month are replayed too. Tier at the entry; rows of no account are ignored.
WITH scored AS (SELECT account_id, contact_id, occurred_at, points(kind) AS points FROM activities WHERE account_id IS NOT NULL AND points(kind) > 0),
instants AS (
    SELECT account_id, occurred_at AS x FROM scored UNION SELECT account_id, occurred_at + INTERVAL 90 DAYS FROM scored),
tested AS (
    SELECT i.account_id, i.x, c.fit_score >= 50 AND sum(s.points) >= 100 AND count(DISTINCT s.contact_id) >= 2 AS holds
    FROM instants i JOIN accounts c USING (account_id)
    LEFT JOIN scored s ON s.account_id = i.account_id AND s.occurred_at > i.x - INTERVAL 90 DAYS AND s.occurred_at <= i.x
    GROUP BY i.account_id, i.x, c.fit_score),
turns AS (
    SELECT account_id, x, holds FROM (
        SELECT *, lag(holds) OVER (PARTITION BY account_id ORDER BY x) AS held FROM tested) t
    WHERE coalesce(holds, false) <> coalesce(held, false)),
entries AS (
    SELECT account_id, x AS entered_at FROM (
        SELECT *, lag(x) OVER (PARTITION BY account_id ORDER BY x) AS fell_at FROM turns) t
    WHERE holds AND (fell_at IS NULL OR x - fell_at >= INTERVAL 90 DAYS)),
dated AS (
    SELECT date_trunc('month', entered_at)::DATE AS month, tier_at(account_id, entered_at) AS tier, account_id FROM entries
    WHERE entered_at >= DATE '2024-01-01' AND entered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM dated UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(DISTINCT d.account_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN dated d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
