/*
about: Times in which a customer can be named as a reference - until a consent runs out, or for twelve months after a reference or case study.
key: [account_id, event_id, from_at]
primary: advocacy_events
stored: false
*/
WITH willing AS (
    SELECT event_id, account_id, occurred_at AS from_at, COALESCE(valid_until, KPI_ADD_MONTHS(occurred_at, 12)) AS to_at
    FROM advocacy_events
    WHERE kind IN ('reference', 'case_study') AND account_id IS NOT NULL
)
SELECT w.account_id, w.event_id,
    CASE WHEN c.started_at > w.from_at THEN c.started_at ELSE w.from_at END AS from_at,
    CASE WHEN c.ended_at < w.to_at THEN c.ended_at ELSE w.to_at END AS to_at
FROM willing w
JOIN customer_spells c ON c.account_id = w.account_id
WHERE (c.ended_at IS NULL OR c.ended_at > w.from_at) AND (c.started_at IS NULL OR c.started_at < w.to_at)
