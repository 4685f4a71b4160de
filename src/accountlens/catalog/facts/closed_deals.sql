/*
about: Won and lost opportunities, with the first touch of the account and the number of touches up to the close.
key: [opportunity_id]
primary: activities
reduced: true
parameters: {link: opportunity, direction: both}
*/
WITH closed AS (
    SELECT opportunity_id, account_id, owner_id, product_id, campaign_id, type, source, stage, status, amount, created_at, closed_at
    FROM opportunities
    WHERE status IN ('won', 'lost') AND closed_at IS NOT NULL
),
touched AS (
    SELECT account_id, opportunity_id, occurred_at, ($direction = 'both' OR COALESCE(direction, '') = $direction) AS is_counted
    FROM touches
),
first_touches AS (
    SELECT account_id, MIN(occurred_at) AS first_touch_at FROM touched GROUP BY account_id
),
own AS (
    SELECT d.opportunity_id, COUNT(*) AS touches
    FROM closed d
    JOIN touched t ON t.opportunity_id = d.opportunity_id AND t.occurred_at <= d.closed_at
    WHERE t.is_counted
    GROUP BY d.opportunity_id
),
of_account AS (
    SELECT d.opportunity_id, COUNT(*) AS touches
    FROM closed d
    JOIN touched t ON t.account_id = d.account_id AND t.occurred_at >= d.created_at AND t.occurred_at <= d.closed_at
    WHERE t.is_counted
    GROUP BY d.opportunity_id
),
named AS (
    SELECT DISTINCT opportunity_id AS named_id FROM touched WHERE opportunity_id IS NOT NULL
)
SELECT d.*, f.first_touch_at,
    CASE
        WHEN $link = 'opportunity' AND n.named_id IS NOT NULL THEN COALESCE(o.touches, 0)
        -- where no touch names the deal, those of its account while it was open stand for them
        ELSE COALESCE(a.touches, 0)
    END AS touches
FROM closed d
LEFT JOIN named n ON n.named_id = d.opportunity_id
LEFT JOIN first_touches f ON f.account_id = d.account_id
LEFT JOIN own o ON o.opportunity_id = d.opportunity_id
LEFT JOIN of_account a ON a.opportunity_id = d.opportunity_id
