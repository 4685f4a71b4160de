WITH eligible AS (
    SELECT account_id, m.p, count(*) AS pairs
    FROM eligible_pairs JOIN months m ON known_at IS NULL OR known_at < m.hi GROUP BY 1, 2
), owned AS (
    SELECT account_id, m.p, count(*) AS pairs
    FROM owned_pairs JOIN months m ON (from_at IS NULL OR from_at < m.hi) AND (to_at IS NULL OR to_at >= m.hi) GROUP BY 1, 2
)
SELECT account_id, p, COALESCE(e.pairs, 0) - COALESCE(o.pairs, 0) AS whitespace
FROM eligible e FULL JOIN owned o USING (account_id, p)
