/*
about: Accounts with a contract that came to its end, and how long customers under contract stay by the shifted-beta-geometric model, as fitted at every month's end of the last year and now.
key: [account_id, fitted_at]
primary: contracts
model: renewals
parameters: {grace_days: 30, monthly_discount: 0.01}
columns:
  account_id: VARCHAR
  fitted_at: TIMESTAMP
  valid_to: TIMESTAMP
  renewals: BIGINT
  is_lost: BOOLEAN
  contract_value: DOUBLE
  payments: DOUBLE
  residual_payments: DOUBLE
  first_retention: DOUBLE
  model_version: VARCHAR
*/
SELECT o.account_id, o.contract_id, o.due_at, o.due_at AS happened_at, o.renewed_at, o.lost_at,
    KPI_ADD_DAYS(o.due_at, $grace_days) AS grace_ends_at, o.value
FROM contract_outcomes o
WHERE o.account_id IS NOT NULL
ORDER BY o.account_id, o.due_at, o.contract_id
