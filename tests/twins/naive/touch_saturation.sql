-- Wrong: the first touch after which fewer than 1 % were won, though a later one brings wins again; and never mind how few are left.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities WHERE status = 'won' AND account_id IS NOT NULL GROUP BY ALL),
histories AS (
    SELECT m.period_start AS month, a.account_id, count(*) AS touches, coalesce(any_value(f.won_at) < m.period_end, false) AS won
    FROM months m JOIN activities a ON a.occurred_at < m.period_end LEFT JOIN firsts f USING (account_id)
    WHERE is_touch(a.kind, a.is_automated) AND a.direction = 'outbound' AND (f.won_at IS NULL OR a.occurred_at < f.won_at)
    GROUP BY m.period_start, m.period_end, a.account_id),
marginals AS (
    SELECT h.month, n.k, count(*) FILTER (WHERE h.touches = n.k AND h.won) / count(*)::DOUBLE AS marginal
    FROM histories h JOIN (SELECT unnest(range(1, 30)) AS k) n ON h.touches >= n.k GROUP BY ALL)
SELECT m.period_start, min(g.k)::DOUBLE AS value
FROM months m LEFT JOIN marginals g ON g.month = m.period_start AND g.marginal < 0.01
GROUP BY ALL ORDER BY ALL
