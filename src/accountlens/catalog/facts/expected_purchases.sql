/*
about: What a model expects of each customer for each of the next 36 months, as fitted by the refresh, and of the next 12, as fitted at every month's end of the year before.
key: [account_id, fitted_at, month]
primary: orders
model: purchases
parameters: {period_days: 1, periods_per_month: 30, penalizer: 0}
columns:
  account_id: VARCHAR
  fitted_at: TIMESTAMP
  valid_to: TIMESTAMP
  month: BIGINT
  purchases: DOUBLE
  value: DOUBLE
  probability_alive: DOUBLE
  repeat_purchases: BIGINT
  model_version: VARCHAR
*/
SELECT account_id, day, happened_at, amount
FROM purchase_days
