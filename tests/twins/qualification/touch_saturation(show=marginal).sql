-- By touch_number k: wins_k / at_risk_k, as of the month's end t (sheet 2); the total row: the mean over the judged touches.
-- at_risk_k = accounts with at least k outbound touches before their first won opportunity; wins_k = those of them won before t after
-- touch k and before touch k + 1. AMBIGUOUS: the span. Read: every touch before t, however old (at_risk is a count of histories, not of a
-- month). Touch = call, meeting, message, chat, e-mail by hand (13), direction outbound; what follows the first win, also at its very
-- instant, is none; inbound, automated, internal, of no account: none. at_risk below 20: null, and the tail from there is not judged.
-- company: saturation
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
histories AS (
    SELECT m.period_start AS month, a.account_id, count(*) AS touches, coalesce(any_value(f.won_at) < m.period_end, false) AS won
    FROM months m JOIN activities a ON a.occurred_at < m.period_end LEFT JOIN firsts f USING (account_id)
    WHERE is_touch(a.kind, a.is_automated) AND a.direction = 'outbound' AND a.account_id IS NOT NULL
      AND (f.won_at IS NULL OR a.occurred_at < f.won_at)
    GROUP BY m.period_start, m.period_end, a.account_id),
numbers AS (SELECT unnest(range(1, (SELECT max(touches) FROM histories) + 1)) AS k),
marginals AS (
    SELECT m.period_start AS month, n.k,
           CASE WHEN count(h.account_id) FILTER (WHERE h.touches >= n.k) >= 20
                THEN count(*) FILTER (WHERE h.touches = n.k AND h.won) / count(*) FILTER (WHERE h.touches >= n.k)::DOUBLE END AS marginal
    FROM months m CROSS JOIN numbers n LEFT JOIN histories h ON h.month = m.period_start
    GROUP BY ALL)
SELECT month AS period_start, k::VARCHAR AS touch_number, marginal AS value FROM marginals
UNION ALL
SELECT m.period_start, NULL, (SELECT avg(a.marginal) FROM marginals a WHERE a.month = m.period_start)
FROM months m ORDER BY 1, 2
