-- Of the MQA entries of the month, those accepted by sales (stage event sqa) within 30 days / all of them (sheet 2, within_days=30).
-- The entries are those of mqa_count (points, people, fit, cooldown). Accepted: an sqa of the account at or after the entry and
-- before entry + 30 d, up to the refresh (13 "as_of of cohorts"); the stage event "mqa" of a tool is no entry.
-- a10 enters on 2 May 10:00 and is accepted on 1 June 00:00: within. a03 enters in February and is accepted in May: not.
-- No entry: null. Tier at the entry, which makes the cohort.
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
cohort AS (
    SELECT date_trunc('month', e.entered_at)::DATE AS month, tier_at(e.account_id, e.entered_at) AS tier,
           EXISTS (SELECT 1 FROM account_stage_events s WHERE s.account_id = e.account_id AND s.stage = 'sqa'
                   AND s.occurred_at >= e.entered_at AND s.occurred_at < e.entered_at + INTERVAL 30 DAYS
                   AND s.occurred_at < getvariable('horizon')) AS accepted
    FROM entries e
    WHERE e.entered_at >= DATE '2024-01-01' AND e.entered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM cohort UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.accepted) / nullif(count(c.accepted), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN cohort c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
