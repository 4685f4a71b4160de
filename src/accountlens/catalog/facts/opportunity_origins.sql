/*
about: Every opportunity at its creation, with the first touch of its account in the days before - by a campaign, or by call, meeting, message, chat, mail by hand or reply.
key: [opportunity_id]
primary: opportunities
reduced: true
parameters: {window_days: 90}
reach:
  events: {campaign_touches: occurred_at, engagements: occurred_at}
  own: [opportunities]
  each: {opportunities: created_at}
  at: created_at
  back: $window_days + 2
*/
WITH created AS (
    SELECT o.opportunity_id, o.account_id, o.owner_id, o.product_id, o.type, o.source, o.status, o.created_at, o.closed_at,
        -- what it is worth as known now, at the rate of the day it was created
        COALESCE(o.amount_given * x.rate, o.amount) AS amount,
        KPI_ADD_DAYS(o.created_at, 0 - $window_days) AS from_at
    FROM opportunities o
    LEFT JOIN exchange_rates x
        ON x.currency = o.currency AND o.created_at >= x.valid_from AND (x.valid_to IS NULL OR o.created_at < x.valid_to)
    WHERE o.created_at IS NOT NULL
),
touches AS (
    SELECT activity_id, account_id, occurred_at FROM campaign_touches
    UNION ALL
    SELECT activity_id, account_id, occurred_at
    FROM engagements
    -- with a campaign it is a campaign touch already; but a mail by hand is none, whatever it names
    WHERE is_touch AND account_id IS NOT NULL AND (campaign_id IS NULL OR kind = 'email_sent')
),
numbered AS (
    SELECT c.opportunity_id, t.activity_id, t.occurred_at,
        ROW_NUMBER() OVER (PARTITION BY c.opportunity_id ORDER BY t.occurred_at, t.activity_id) AS number
    FROM created c
    JOIN touches t ON t.account_id = c.account_id AND t.occurred_at >= c.from_at AND t.occurred_at <= c.created_at
)
SELECT c.opportunity_id, c.account_id, c.owner_id, c.product_id, c.type, c.source, c.status, c.amount, c.created_at, c.closed_at, c.from_at,
    n.activity_id AS first_activity_id, n.occurred_at AS first_touch_at
FROM created c
LEFT JOIN numbered n ON n.opportunity_id = c.opportunity_id AND n.number = 1
