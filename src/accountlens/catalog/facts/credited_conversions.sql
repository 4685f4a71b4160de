/*
about: Conversions, each with the latest base event of its account at or before it, to which it is credited.
key: [conversion_id]
primary: activities
parameters: {base: page_view, conversion: orders}
*/
WITH bases AS (
    SELECT account_id, occurred_at, activity_id, contact_id, employee_id, channel, campaign_id, session_id
    FROM engagements
    WHERE kind = $base AND account_id IS NOT NULL
),
conversions AS (
    SELECT account_id, order_id AS conversion_id, MIN(ordered_at) AS converted_at
    FROM orders
    WHERE $conversion = 'orders' AND account_id IS NOT NULL AND COALESCE(kind, 'sale') <> 'return'
    GROUP BY account_id, order_id
    UNION ALL
    SELECT account_id, opportunity_id, created_at
    FROM opportunities
    WHERE $conversion = 'opportunities' AND account_id IS NOT NULL AND created_at IS NOT NULL
    UNION ALL
    SELECT account_id, activity_id, occurred_at
    FROM engagements
    WHERE kind = $conversion AND account_id IS NOT NULL
),
line AS (
    SELECT account_id, occurred_at AS happened_at, 0 AS is_conversion, activity_id AS event_id, contact_id, employee_id, channel, campaign_id, session_id
    FROM bases
    UNION ALL
    SELECT c.account_id, c.converted_at, 1, c.conversion_id, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
        CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
    FROM conversions c
    JOIN (SELECT DISTINCT account_id AS based_id FROM bases) b ON b.based_id = c.account_id
),
numbered AS (
    -- a conversion bears the number of the last base event before it; at one instant the base event came first
    SELECT *, SUM(1 - is_conversion) OVER (PARTITION BY account_id ORDER BY happened_at, is_conversion, event_id
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS base_number
    FROM line
)
SELECT c.event_id AS conversion_id, c.account_id, c.happened_at AS converted_at, b.happened_at AS base_at, b.event_id AS activity_id,
    b.contact_id, b.employee_id, b.channel, b.campaign_id, b.session_id
FROM numbered c
JOIN numbered b ON b.account_id = c.account_id AND b.base_number = c.base_number AND b.is_conversion = 0
WHERE c.is_conversion = 1
