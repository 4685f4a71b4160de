/*
about: Conversions, each with the latest base event of its account at or before it, to which it is credited.
key: [account_id, conversion_id]
primary: activities
reduced: true
parameters: {base: page_view, conversion: orders, equal: null}
reach:
  events: {engagements: occurred_at}
  only: {engagements: "kind IN ($base, $conversion)"}
  own: [orders, opportunities]
  at: base_at
  settled: converted_at
  back: CASE WHEN $conversion IN ('orders', 'opportunities') THEN 0 ELSE 100000 END
  grows: true
*/
WITH conversions AS (
    SELECT account_id, order_id AS conversion_id, MIN(ordered_at) AS converted_at, '' AS alike
    FROM orders
    WHERE $conversion = 'orders' AND account_id IS NOT NULL AND COALESCE(kind, 'sale') <> 'return'
    GROUP BY account_id, order_id
    UNION ALL
    SELECT account_id, opportunity_id, created_at, ''
    FROM opportunities
    WHERE $conversion = 'opportunities' AND account_id IS NOT NULL AND created_at IS NOT NULL
    UNION ALL
    -- `alike`: what a conversion and its base event must have in common besides the account; '' where nothing
    SELECT account_id, activity_id, occurred_at,
        CASE WHEN $equal = 'session_id' THEN session_id WHEN $equal = 'contact_id' THEN contact_id
            WHEN $equal = 'campaign_id' THEN campaign_id WHEN $equal = 'channel' THEN channel ELSE '' END
    FROM engagements
    WHERE kind = $conversion AND account_id IS NOT NULL
),
moments AS (
    SELECT account_id, alike, conversion_id, converted_at AS happened_at, CAST(NULL AS TIMESTAMP) AS base_at FROM conversions
    UNION ALL
    SELECT b.account_id,
        CASE WHEN $equal = 'session_id' THEN b.session_id WHEN $equal = 'contact_id' THEN b.contact_id
            WHEN $equal = 'campaign_id' THEN b.campaign_id WHEN $equal = 'channel' THEN b.channel ELSE '' END,
        NULL, b.occurred_at, b.occurred_at
    FROM engagements b
    JOIN (SELECT DISTINCT account_id AS converting_id FROM conversions) c ON c.converting_id = b.account_id
    WHERE b.kind = $base
),
credited AS (
    -- at one instant the base event came first
    SELECT account_id, alike, conversion_id, happened_at AS converted_at,
        MAX(base_at) OVER (PARTITION BY account_id, alike ORDER BY happened_at, CASE WHEN base_at IS NULL THEN 1 ELSE 0 END
                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS base_at
    FROM moments
),
matched AS (
    SELECT c.conversion_id, c.account_id, c.converted_at, c.base_at,
        b.activity_id, b.contact_id, b.employee_id, b.channel, b.campaign_id, b.session_id,
        ROW_NUMBER() OVER (PARTITION BY c.account_id, c.conversion_id ORDER BY b.activity_id DESC) AS number
    FROM credited c
    JOIN engagements b ON b.account_id = c.account_id AND b.occurred_at = c.base_at
    WHERE c.conversion_id IS NOT NULL AND b.kind = $base AND c.alike =
        CASE WHEN $equal = 'session_id' THEN b.session_id WHEN $equal = 'contact_id' THEN b.contact_id
            WHEN $equal = 'campaign_id' THEN b.campaign_id WHEN $equal = 'channel' THEN b.channel ELSE '' END
)
SELECT conversion_id, account_id, converted_at, base_at, activity_id, contact_id, employee_id, channel, campaign_id, session_id
FROM matched
WHERE number = 1
