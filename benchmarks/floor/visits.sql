WITH seen AS (
    SELECT account_id, started_at AS at, 1 AS visit, 0 AS attended, 0 AS registered FROM sessions
    UNION ALL SELECT account_id, attended_at, 0, 1, 0 FROM event_people
    UNION ALL SELECT account_id, registered_at, 0, 0, 1 FROM event_people
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, s.p, sum(visit) AS website_visits, sum(attended) AS event_attendance,
    sum(attended) / nullif(sum(registered), 0) AS event_attendance_rate
FROM seen JOIN hours h ON h.hour = date_trunc('hour', seen.at) JOIN stretches s USING (stretch)
WHERE s.p IS NOT NULL
GROUP BY 1, 2
