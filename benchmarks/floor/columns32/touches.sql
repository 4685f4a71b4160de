-- Touches by month, and the last one up to each month's end: the latest of the months so far, those before the first too.
WITH monthly AS (
    SELECT account_id, COALESCE(h.p, -1) AS p, sum(CAST(direction = 'inbound' AS INT)) AS inbound,
        sum(CAST(direction = 'outbound' AS INT)) AS outbound, max(occurred_at) AS last_at
    FROM touches LEFT JOIN (SELECT number, p FROM hours JOIN stretches USING (stretch)) h
        ON h.number = epoch_us(occurred_at) // 3600000000
    WHERE occurred_at < (SELECT max(hi) FROM months)
    GROUP BY ALL
), everyone AS (
    SELECT DISTINCT account_id FROM monthly
), spread AS (
    SELECT a.account_id, m.p, m.hi, t.inbound, t.outbound,
        max(t.last_at) OVER (PARTITION BY a.account_id ORDER BY m.p) AS last_at
    FROM everyone a CROSS JOIN (SELECT p, hi FROM months UNION ALL SELECT -1, NULL) m
        LEFT JOIN monthly t ON t.account_id IS NOT DISTINCT FROM a.account_id AND t.p = m.p
), clocked AS (
    SELECT *, timezone('{zone}', timezone('UTC', last_at)) AS local_last, timezone('{zone}', timezone('UTC', hi)) AS local_hi
    FROM spread WHERE p >= 0
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p,
    CASE WHEN account_id IS NULL THEN NULL
        WHEN local_last = date_trunc('day', local_last) THEN date_diff('day', local_last, local_hi)
        ELSE (epoch_us(hi) - epoch_us(last_at)) / 86400e6 END AS days_since_last_touch,
    inbound / nullif(outbound, 0) AS inbound_outbound_ratio
FROM clocked
