-- Accounts active at the month's opening and not at its closing / accounts active at the opening (sheet 5).
-- Active at t = an event by a human of the account in [t - 90 d, t) (13 "Engagement"): any kind, also kinds of weight 0; not bots, not
-- our own people. AMBIGUOUS: "by a human of the account". Read: not what we only send at them (email_sent, email_delivered,
-- email_bounced, ad_impression, a call or message of ours that found nobody), or a newsletter would keep everyone active; a page view
-- without a known contact counts, and so does use of the product (corrected: the listing the sheet cites counts product events).
-- Rows of no account are ignored. Nobody active: null. Tier just before the opening.
WITH deeds AS (
    SELECT account_id, occurred_at FROM activities
    WHERE account_id IS NOT NULL AND kind NOT IN ('email_sent', 'email_delivered', 'email_bounced', 'ad_impression')
      AND NOT (direction = 'outbound' AND NOT (kind IN ('call', 'meeting') AND status = 'completed' AND contact_id IS NOT NULL
                                               AND status IS NOT NULL) AND direction IS NOT NULL)
    UNION ALL
    SELECT account_id, occurred_at FROM usage_events WHERE account_id IS NOT NULL),
active AS (
    SELECT m.period_start AS month, a.account_id, tier_before(a.account_id, m.period_start) AS tier,
           EXISTS (SELECT 1 FROM deeds d WHERE d.account_id = a.account_id
                   AND d.occurred_at >= m.period_end - INTERVAL 90 DAYS AND d.occurred_at < m.period_end) AS still
    FROM months m CROSS JOIN accounts a
    WHERE EXISTS (SELECT 1 FROM deeds d WHERE d.account_id = a.account_id
                  AND d.occurred_at >= m.period_start - INTERVAL 90 DAYS AND d.occurred_at < m.period_start)),
groups AS (SELECT DISTINCT tier FROM active UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE NOT a.still) / nullif(count(a.still), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN active a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
