/*
about: Each campaign that touched the account of an opportunity - in the days before its creation, or on until its close.
key: [opportunity_id, campaign_id, channel]
primary: activities
reduced: true
parameters: {until: created}
reach:
  events: {campaign_touches: occurred_at}
  own: [opportunity_origins]
  each: {opportunity_origins: "CASE WHEN $until = 'created' THEN created_at END"}
  at: created_at
  settled: CASE WHEN $until = 'created' THEN created_at END
  back: "36500"  # as far as the window of origins
*/
WITH reached AS (
    SELECT o.opportunity_id, t.campaign_id, t.channel, t.program, COUNT(*) AS touches, MIN(t.occurred_at) AS touched_at,
        MAX(CASE WHEN t.activity_id = o.first_activity_id THEN 1 ELSE 0 END) AS source_touches
    FROM opportunity_origins o
    JOIN campaign_touches t
        ON t.account_id = o.account_id AND t.occurred_at >= o.from_at
        -- an open deal is touched until now
        AND ($until = 'close' OR t.occurred_at <= o.created_at)
        AND ($until = 'created' OR o.status = 'open' OR o.closed_at IS NULL OR t.occurred_at <= o.closed_at)
    GROUP BY o.opportunity_id, t.campaign_id, t.channel, t.program
)
SELECT r.opportunity_id, o.account_id, o.owner_id, o.product_id, o.type, o.source, r.campaign_id, r.channel, r.program,
    o.amount, o.created_at, r.touched_at, r.touches, (r.source_touches > 0) AS is_source
FROM reached r
JOIN opportunity_origins o ON o.opportunity_id = r.opportunity_id
