-- n x s x w / L per day (sheet 3): n = open qualified opportunities at the month's end t (qualified_at < t);
-- s = mean amount of the won, w = won / (won + lost), L = mean cycle days of the won: all closed in [t - 365 d, t).
-- Any factor null, or L = 0: null. n = 0 is a number, so the velocity is 0. Won without amount: not in s, but in w and L
-- (13 "Sales"); closed before created: not in L. Each group is computed anew, nothing is added up (sheet 3).
-- Tier of every factor just before t: a trailing window is a stock.
WITH counted AS (
    SELECT m.period_start AS month, tier_before(o.account_id, m.period_end) AS tier, o.*,
           o.created_at < m.period_end AND o.qualified_at < m.period_end
               AND (o.status = 'open' OR o.closed_at >= m.period_end) AS is_open,
           o.status IN ('won', 'lost') AND o.closed_at >= m.period_end - INTERVAL 365 DAYS AND o.closed_at < m.period_end AS is_decided
    FROM months m CROSS JOIN opportunities o),
kept AS (SELECT * FROM counted WHERE is_open OR is_decided),
groups AS (SELECT DISTINCT tier FROM kept UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(*) FILTER (WHERE k.is_open)
       * avg(k.amount) FILTER (WHERE k.is_decided AND k.status = 'won')
       * (count(*) FILTER (WHERE k.is_decided AND k.status = 'won') / nullif(count(*) FILTER (WHERE k.is_decided), 0)::DOUBLE)
       / nullif(avg(epoch(k.closed_at - k.created_at) / 86400)
                    FILTER (WHERE k.is_decided AND k.status = 'won' AND k.closed_at >= k.created_at), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN kept k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
