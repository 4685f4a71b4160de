/*
about: What every channel has to do with the wins of a period, by all journeys decided in it - its share by their Markov chain, and by the Shapley value of their rate of winning.
key: [period_from, period_to, channel]
primary: activities
stored: false
model: chains
asked: closed_at
columns:
  period_from: TIMESTAMP
  period_to: TIMESTAMP
  channel: VARCHAR
  share: DOUBLE
  share_per_channel: DOUBLE
  rate_share: DOUBLE
  removal_effect: DOUBLE
  conversion_probability: DOUBLE
  model_version: VARCHAR
*/
SELECT j.opportunity_id, j.account_id, j.status, j.closed_at, j.channel, j.position
FROM journeys j
