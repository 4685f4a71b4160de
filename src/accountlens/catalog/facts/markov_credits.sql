/*
about: What each won opportunity owes to each channel, by the journeys decided in the asked period. The shares of one opportunity add up to 1.
key: [opportunity_id, channel, period_from, period_to]
primary: activities
stored: false
*/
WITH periods AS (
    SELECT DISTINCT c.period_from, c.period_to, c.conversion_probability FROM channel_chains c
),
channels AS (
    SELECT DISTINCT c.channel FROM channel_chains c
)
-- a channel that touched nobody in a period is owed 0 by the period's wins
SELECT d.opportunity_id, d.account_id, d.owner_id, d.product_id, d.type, d.closed_at, d.amount, n.channel,
    COALESCE(c.share, 0e0) AS share, COALESCE(c.share_per_channel, 0e0) AS share_per_channel,
    COALESCE(c.rate_share, 0e0) AS rate_share, c.removal_effect, p.conversion_probability, p.period_from, p.period_to
FROM periods p
CROSS JOIN channels n
LEFT JOIN channel_chains c ON c.period_from = p.period_from AND c.period_to = p.period_to
    AND COALESCE(c.channel, '') = COALESCE(n.channel, '')
JOIN won_deals d ON d.closed_at >= p.period_from AND d.closed_at < p.period_to
WHERE d.touches > 0
