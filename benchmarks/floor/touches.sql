-- Touches by month, and the last one up to each month's end: the latest of the months so far, those before the first too.
WITH monthly AS (
    SELECT account_id, COALESCE(s.p, -1) AS p, count(*) AS touches,
        count(*) FILTER (WHERE direction = 'inbound') AS inbound,
        count(*) FILTER (WHERE direction = 'outbound') AS outbound, max(occurred_at) AS last_at
    FROM touches t LEFT JOIN hours h ON h.hour = date_trunc('hour', t.occurred_at) LEFT JOIN stretches s USING (stretch)
    WHERE t.occurred_at < (SELECT max(hi) FROM months)
    GROUP BY 1, 2
), everyone AS (
    SELECT account_id, created_at, 1 AS accounts FROM accounts
    UNION ALL SELECT NULL, NULL, 0
), spread AS (
    SELECT a.account_id, m.p, m.hi, m.days, t.touches, t.inbound, t.outbound,
        CASE WHEN a.created_at IS NULL OR a.created_at < m.hi THEN a.accounts END AS accounts,
        max(t.last_at) OVER (PARTITION BY a.account_id ORDER BY m.p) AS last_at
    FROM everyone a CROSS JOIN (SELECT p, hi, days FROM months UNION ALL SELECT -1, NULL, NULL) m
        LEFT JOIN monthly t ON t.account_id IS NOT DISTINCT FROM a.account_id AND t.p = m.p
), clocked AS (
    SELECT *, timezone('{zone}', timezone('UTC', last_at)) AS local_last, timezone('{zone}', timezone('UTC', hi)) AS local_hi
    FROM spread WHERE p >= 0
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, inbound AS inbound_touches, outbound AS outbound_touches,
    CASE WHEN account_id IS NULL THEN NULL
        WHEN local_last = date_trunc('day', local_last) THEN date_diff('day', local_last, local_hi)
        ELSE (epoch_us(hi) - epoch_us(last_at)) / 86400e6 END AS interaction_gap_days,
    COALESCE(touches, 0) * 30 / nullif(accounts * days, 0) AS interaction_frequency
FROM clocked
