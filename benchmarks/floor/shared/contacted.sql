-- Touches by month, and the last one up to each month's end: the latest of the months so far, those before the first too.
-- The longest gap of a month lies between two touches of it, or is the open one at its end.
WITH placed AS (
    SELECT t.account_id, t.direction, t.occurred_at, m.p,
        CASE WHEN t.next_touch_at >= m.hi THEN NULL
            -- whole days between two local midnights, which are rare: only what lies on a quarter of an hour is looked at
            WHEN epoch_us(t.occurred_at) % 900000000 = 0 AND epoch_us(t.next_touch_at) % 900000000 = 0
                AND hour(timezone('{zone}', timezone('UTC', t.occurred_at))) = 0
                AND hour(timezone('{zone}', timezone('UTC', t.next_touch_at))) = 0
            THEN date_diff('day', timezone('{zone}', timezone('UTC', t.occurred_at)), timezone('{zone}', timezone('UTC', t.next_touch_at)))
            ELSE (epoch_us(t.next_touch_at) - epoch_us(t.occurred_at)) / 86400e6 END AS gap
    FROM touches t LEFT JOIN (SELECT hour, p, hi FROM hours JOIN stretches USING (stretch) JOIN months USING (p)) m
        ON m.hour = date_trunc('hour', t.occurred_at)
    WHERE t.occurred_at < (SELECT max(hi) FROM months)
), monthly AS (
    SELECT account_id, COALESCE(p, -1) AS p, count(*) AS touches,
        count(*) FILTER (WHERE direction = 'inbound') AS inbound,
        count(*) FILTER (WHERE direction = 'outbound') AS outbound, max(occurred_at) AS last_at,
        avg(gap) AS mean_gap, max(gap) AS max_gap
    FROM placed GROUP BY 1, 2
), everyone AS (
    SELECT account_id, created_at, 1 AS accounts FROM accounts
    UNION ALL SELECT NULL, NULL, 0
), spread AS (
    SELECT a.account_id, m.p, m.hi, m.days, t.touches, t.inbound, t.outbound, t.mean_gap, t.max_gap,
        CASE WHEN a.created_at IS NULL OR a.created_at < m.hi THEN a.accounts END AS accounts,
        max(t.last_at) OVER (PARTITION BY a.account_id ORDER BY m.p) AS last_at
    FROM everyone a CROSS JOIN (SELECT p, hi, days FROM months UNION ALL SELECT -1, NULL, NULL) m
        LEFT JOIN monthly t ON t.account_id IS NOT DISTINCT FROM a.account_id AND t.p = m.p
), clocked AS (
    SELECT *, timezone('{zone}', timezone('UTC', last_at)) AS local_last, timezone('{zone}', timezone('UTC', hi)) AS local_hi
    FROM spread WHERE p >= 0
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, days, accounts, touches, inbound, outbound, mean_gap, max_gap,
    CASE WHEN account_id IS NULL THEN NULL
        WHEN local_last = date_trunc('day', local_last) THEN date_diff('day', local_last, local_hi)
        ELSE (epoch_us(hi) - epoch_us(last_at)) / 86400e6 END AS open_gap
FROM clocked
