/*
about: How likely each paying customer is to have left within 90 days, and why, as fitted at every month's end of the last year and now.
key: [account_id, fitted_at]
primary: subscriptions
model: churn
parameters: {penalty: 1}
reach: {events: {active_days: last_at}}  # when a row of the input happened
columns:
  account_id: VARCHAR
  fitted_at: TIMESTAMP
  valid_to: TIMESTAMP
  probability: DOUBLE
  base: DOUBLE
  first_reason: VARCHAR
  first_effect: DOUBLE
  second_reason: VARCHAR
  second_effect: DOUBLE
  third_reason: VARCHAR
  third_effect: DOUBLE
  rest_effect: DOUBLE
  model_version: VARCHAR
*/
SELECT s.account_id, 'subscription' AS kind, s.started_at AS happened_at, s.ended_at, s.mrr AS amount, 0 AS touches
FROM subscription_spans s
WHERE s.account_id IS NOT NULL
UNION ALL
-- a day of an account is one row, dated at its last event: at a moment only days that are over count
SELECT d.account_id, 'day', d.last_at, CAST(NULL AS TIMESTAMP), d.points, d.touches
FROM active_days d
UNION ALL
SELECT u.account_id, 'use', MAX(u.occurred_at), CAST(NULL AS TIMESTAMP), SUM(COALESCE(KPI_DOUBLE(u."count"), 1e0)), 0
FROM usage_events u
WHERE u.account_id IS NOT NULL
GROUP BY u.account_id, KPI_LOCAL_DATE(u.occurred_at)
UNION ALL
SELECT t.account_id, 'ticket', t.created_at, CAST(NULL AS TIMESTAMP), 1e0, 0
FROM client_tickets t
WHERE t.account_id IS NOT NULL
UNION ALL
SELECT r.account_id, 'answer', r.answered_at, CAST(NULL AS TIMESTAMP), KPI_DOUBLE(r.score), 0
FROM survey_answers r
WHERE r.account_id IS NOT NULL AND r.survey = 'nps'
UNION ALL
SELECT c.account_id, 'contract', c.started_on, c.ends_on, 0e0, 0
FROM contracts c
WHERE c.account_id IS NOT NULL
