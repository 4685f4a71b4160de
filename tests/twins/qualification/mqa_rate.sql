-- Target accounts that become marketing qualified in the month / target accounts at its end (sheet 2: mqa_count / target accounts).
-- AMBIGUOUS: whether an account that is no target counts above the line. Read: no; it is a fraction, a rate by accounts with
-- membership=at_event (13): an entry counts when the account is on the list at that instant (G7). a03 in February is; a05 in
-- March (control group), a10 in May (never) and a02 on 12 June (left on the 5th) are not. The entries are those of mqa_count.
-- Target accounts: list and group target, just before the month's end t. Tier of an entry at the entry, of a target account just before t.
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
    SELECT DISTINCT date_trunc('month', e.entered_at)::DATE AS month, tier_at(e.account_id, e.entered_at) AS tier, e.account_id
    FROM entries e JOIN target_members l ON l.account_id = e.account_id
        AND l.joined_at <= e.entered_at AND (l.left_at IS NULL OR e.entered_at < l.left_at)),
targets AS (
    SELECT DISTINCT m.period_start AS month, t.account_id, tier_before(t.account_id, m.period_end) AS tier
    FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_end)),
groups AS (SELECT tier FROM targets UNION SELECT tier FROM dated UNION SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(DISTINCT d.account_id) FROM dated d WHERE d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier))
       / nullif((SELECT count(*) FROM targets t WHERE t.month = m.period_start AND (g.tier IS NULL OR t.tier = g.tier)), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
