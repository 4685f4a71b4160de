/*
about: Won opportunities, with the number of campaign touches that led up to them.
key: [opportunity_id]
primary: activities
reduced: true
reach:
  events: {campaign_touches: occurred_at}
  own: [opportunities]
  each: {opportunities: closed_at}
  at: closed_at
  back: "36500"  # as far as the window of journeys
*/
WITH touched AS (
    SELECT opportunity_id, COUNT(*) AS touches FROM journeys WHERE status = 'won' GROUP BY opportunity_id
)
SELECT o.opportunity_id, o.account_id, o.owner_id, o.product_id, o.type, o.source, COALESCE(o.amount, 0) AS amount, o.closed_at,
    COALESCE(t.touches, 0) AS touches
FROM opportunities o
LEFT JOIN touched t ON t.opportunity_id = o.opportunity_id
WHERE o.status = 'won' AND o.closed_at IS NOT NULL
