/*
about: How likely each paying customer is to pay more within 90 days, and why, as fitted at every month's end of the last year and now.
key: [account_id, fitted_at]
primary: subscriptions
model: propensity
parameters: {penalty: 1}
reach: {events: {active_days: first_at}}  # when a row of the input happened
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
SELECT o.account_id, 'expansion', o.closed_at, CAST(NULL AS TIMESTAMP), 0e0, 0
FROM opportunities o
WHERE o.account_id IS NOT NULL AND o.status = 'won' AND o.type IN ('upsell', 'cross_sell') AND o.closed_at IS NOT NULL
UNION ALL
-- a day of an account is one row, dated at its first event
SELECT d.account_id, 'day', d.first_at, CAST(NULL AS TIMESTAMP), d.points, d.touches
FROM active_days d
