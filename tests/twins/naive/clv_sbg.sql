-- What is wrong: one retention rate for all renewals. Customers differ: those who stay past the first renewals are the loyal ones, so that a
-- constant rate undervalues the rest of their lives.
WITH due AS (
    SELECT m.period_start AS month, c.account_id, c.value, (c.decision = 'renewed')::INT AS renewed,
           row_number() OVER (PARTITION BY m.period_start, c.account_id ORDER BY c.ends_on DESC, c.contract_id DESC) AS latest
    FROM months m JOIN contracts c ON c.ends_on < m.period_end AND c.account_id IS NOT NULL AND c.decision IN ('renewed', 'lost'))
SELECT m.period_start,
       0.8 * avg(d.value) FILTER (WHERE d.latest = 1) / (1 - avg(d.renewed) / 1.01 ^ 12) AS value
FROM months m LEFT JOIN due d ON d.month = m.period_start
GROUP BY ALL ORDER BY ALL
