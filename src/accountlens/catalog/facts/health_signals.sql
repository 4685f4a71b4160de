/*
about: What an account's health is judged by, each sign with the time in which it counts - what people do, seats and their users, answers, the last touch, tickets.
key: [account_id, component, from_at]
primary: [activities, survey_responses, tickets, usage_events]
stored: false
fixed: [weights, role_multipliers, window_days] # of engagements and seats: the KPI weighs something else
*/
SELECT account_id, 'account' AS component, created_at AS from_at, CAST(NULL AS TIMESTAMP) AS to_at, 0e0 AS amount
FROM accounts
UNION ALL
-- nothing happened is no points and no tickets, wherever such things are recorded at all
SELECT a.account_id, 'engagement', a.created_at, CAST(NULL AS TIMESTAMP), 0e0
FROM accounts a CROSS JOIN (SELECT COUNT(*) AS events FROM engagements) e
WHERE e.events > 0
UNION ALL
SELECT a.account_id, 'support', a.created_at, CAST(NULL AS TIMESTAMP), 0e0
FROM accounts a CROSS JOIN (SELECT COUNT(*) AS events FROM client_tickets) t
WHERE t.events > 0
UNION ALL
SELECT e.account_id, 'engagement', e.occurred_at, KPI_ADD_DAYS(e.occurred_at, 90), e.points
FROM engagements e
WHERE e.points <> 0 AND e.account_id IS NOT NULL
UNION ALL
SELECT k.account_id, 'support', k.created_at, KPI_ADD_DAYS(k.created_at, 30), 1e0
FROM client_tickets k
WHERE k.account_id IS NOT NULL
UNION ALL
SELECT l.account_id, 'seats', l.started_on, l.ended_on, KPI_DOUBLE(l.seats)
FROM licensed_seats l
WHERE l.account_id IS NOT NULL AND NOT l.is_anonymous
UNION ALL
SELECT s.account_id, 'users', s.from_at, s.to_at, 1e0
FROM seat_users s
UNION ALL
SELECT r.account_id, 'sentiment', r.answered_at, r.next_answered_at,
    CASE WHEN r.score >= 9 THEN 1e0 WHEN r.score < 7 THEN -1e0 ELSE 0e0 END
FROM survey_answers r
WHERE r.survey = 'nps' AND r.account_id IS NOT NULL
UNION ALL
SELECT t.account_id, 'relationship', t.occurred_at, t.next_touch_at, 0e0
FROM touches t
WHERE t.account_id IS NOT NULL
