/*
about: What a customer waits for on a ticket - the first answer, the answer to each message, the solution - in elapsed minutes and in minutes of business hours.
key: [ticket_id, wait, began_at]
primary: tickets
parameters:
  schedule: {setting: business_hours}   # such as Mon-Fri 09:00-17:00, on the local clock
  weekdays: {mon: 0, tue: 1, wed: 2, thu: 3, fri: 4, sat: 5, sun: 6}
*/
WITH messages AS (
    SELECT ticket_id, occurred_at, COALESCE(author_kind, '') = 'customer' AS is_question,
        -- a bot and a note among colleagues answer nobody
        COALESCE(author_kind, '') = 'agent' AND COALESCE(is_public, TRUE) AS is_answer
    FROM ticket_comments
),
threads AS (
    SELECT ticket_id, occurred_at, is_question,
        MIN(CASE WHEN is_answer THEN occurred_at END) OVER (PARTITION BY ticket_id
            ORDER BY occurred_at DESC, CASE WHEN is_answer THEN 0 ELSE 1 END
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS answered_at
    FROM messages
    WHERE is_question OR is_answer
),
first_answers AS (
    SELECT m.ticket_id, MIN(m.occurred_at) FILTER (WHERE m.is_answer AND m.occurred_at >= t.created_at) AS answered_at
    FROM messages m
    JOIN tickets t ON t.ticket_id = m.ticket_id
    GROUP BY m.ticket_id
),
waits AS (
    -- only a ticket without any comment is answered by its column
    SELECT t.ticket_id, 'first_response' AS wait, t.created_at AS began_at,
        CASE WHEN a.ticket_id IS NOT NULL THEN a.answered_at
            WHEN t.first_response_at >= t.created_at THEN t.first_response_at END AS ended_at
    FROM tickets t
    LEFT JOIN first_answers a ON a.ticket_id = t.ticket_id
    UNION ALL
    SELECT ticket_id, 'response', occurred_at, answered_at
    FROM threads
    WHERE is_question
    UNION ALL
    -- a ticket opened again after it was solved is not solved
    SELECT ticket_id, 'resolution', created_at, CASE WHEN NOT COALESCE(reopened_at >= solved_at, FALSE) THEN solved_at END
    FROM tickets
),
written AS (
    SELECT LOWER(CAST($schedule AS VARCHAR)) AS schedule
),
parsed AS (
    SELECT KPI_LOOKUP(SUBSTR(schedule, 1, 3), $weekdays, CAST(NULL AS DOUBLE)) AS first_day,
        KPI_LOOKUP(SUBSTR(schedule, 5, 3), $weekdays, CAST(NULL AS DOUBLE)) AS last_day,
        3600 * CAST(SUBSTR(schedule, 9, 2) AS INTEGER) + 60 * CAST(SUBSTR(schedule, 12, 2) AS INTEGER) AS opens,
        3600 * CAST(SUBSTR(schedule, 15, 2) AS INTEGER) + 60 * CAST(SUBSTR(schedule, 18, 2) AS INTEGER) AS closes
    FROM written
),
hours AS (
    SELECT first_day, opens, closes - opens AS open_seconds, -- a day
        CASE WHEN last_day < first_day THEN last_day + 8 - first_day ELSE last_day + 1 - first_day END AS open_days -- a week
    FROM parsed
),
clocked AS (
    -- seconds on the local clock since the first working day of a week long ago
    SELECT w.*, h.opens, h.open_seconds, h.open_days,
        KPI_SECONDS(CAST('1970-01-05 00:00:00' AS TIMESTAMP), KPI_LOCAL(w.began_at)) - 86400 * h.first_day AS began,
        KPI_SECONDS(CAST('1970-01-05 00:00:00' AS TIMESTAMP), KPI_LOCAL(w.ended_at)) - 86400 * h.first_day AS ended
    FROM waits w
    CROSS JOIN hours h
),
placed AS (
    SELECT *, FLOOR(began / 604800) AS began_week, FLOOR(began / 86400) - 7 * FLOOR(began / 604800) AS began_day,
        FLOOR(ended / 604800) AS ended_week, FLOOR(ended / 86400) - 7 * FLOOR(ended / 604800) AS ended_day
    FROM clocked
),
opened AS (
    -- seconds of business hours gone by then: whole days of whole weeks, of this week, and what is gone of today
    SELECT *,
        open_seconds * (open_days * began_week + LEAST(began_day, open_days)) + CASE WHEN began_day < open_days
            THEN LEAST(GREATEST(began - 604800 * began_week - 86400 * began_day - opens, 0e0), open_seconds) ELSE 0e0 END AS open_before,
        open_seconds * (open_days * ended_week + LEAST(ended_day, open_days)) + CASE WHEN ended_day < open_days
            THEN LEAST(GREATEST(ended - 604800 * ended_week - 86400 * ended_day - opens, 0e0), open_seconds) ELSE 0e0 END AS open_after
    FROM placed
)
SELECT o.wait, o.began_at, o.ended_at,
    KPI_MINUTES(o.began_at, o.ended_at) AS minutes,
    (o.open_after - o.open_before) / 60e0 AS business_minutes,
    t.*
FROM opened o
JOIN client_tickets t ON t.ticket_id = o.ticket_id
