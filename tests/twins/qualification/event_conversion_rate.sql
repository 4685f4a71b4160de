-- Credited conversions / base events of the month (sheet 2), known at the refresh (13: a cohort). Base = page_view, conversion = an order,
-- window unbounded: THE SHEET NAMES NO DEFAULT KINDS (13: base=KIND); change the two WHERE lines for others.
-- Each conversion credits the latest base event of the same account with base <= conversion (at the same instant it counts; of two at
-- one instant the greater id) and is dated at that base event, so one base may be credited twice and a rate exceed 1.
-- Orders, not lines; returns are none (13). Conversions without an earlier base event, or of no account, are credited nowhere; base
-- events of no account are in the denominator ((unmatched), total). Page views, not sessions. No base: null. Tier at the base event.
WITH bases AS (
    SELECT activity_id, occurred_at, account_id FROM activities
    WHERE kind = 'page_view'),
conversions AS (
    SELECT account_id, order_id, min(ordered_at) AS at FROM orders
    WHERE kind = 'sale' AND ordered_at < getvariable('horizon') AND account_id IS NOT NULL GROUP BY ALL),
credited AS (
    SELECT c.order_id, (SELECT last(b.activity_id ORDER BY b.occurred_at, b.activity_id) FROM bases b
                        WHERE b.account_id = c.account_id AND b.occurred_at <= c.at) AS activity_id
    FROM conversions c),
counted AS (
    SELECT date_trunc('month', b.occurred_at)::DATE AS month, tier_at(b.account_id, b.occurred_at) AS tier,
           (SELECT count(*) FROM credited c WHERE c.activity_id = b.activity_id) AS credits
    FROM bases b WHERE b.occurred_at >= DATE '2024-01-01' AND b.occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM counted UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, sum(c.credits) / count(c.credits)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN counted c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
