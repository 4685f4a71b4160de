/*
about: What each won opportunity owes to each channel by the journeys of its month, won and lost - by their Markov chain, and by the Shapley value of their rate of winning. The shares of one opportunity add up to 1.
key: [opportunity_id, channel]
primary: activities
model: markov
parameters: {lookback_days: 90, path: account}
columns:
  opportunity_id: VARCHAR
  account_id: VARCHAR
  owner_id: VARCHAR
  product_id: VARCHAR
  type: VARCHAR
  closed_at: TIMESTAMP
  channel: VARCHAR
  amount: DOUBLE
  share: DOUBLE
  share_per_channel: DOUBLE
  rate_share: DOUBLE
  removal_effect: DOUBLE
  conversion_probability: DOUBLE
  model_version: VARCHAR
*/
SELECT j.opportunity_id, j.account_id, j.owner_id, j.product_id, j.type, j.status, j.amount, j.closed_at,
    j.closed_at AS happened_at, CAST(KPI_LOCAL_DATE(j.closed_at) AS TIMESTAMP) AS day, j.channel, j.position
FROM journeys j
ORDER BY day, j.opportunity_id, j.position
