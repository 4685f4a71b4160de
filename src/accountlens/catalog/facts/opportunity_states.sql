/*
about: What an opportunity was while it was open - stage, amount, probability and owner, from one change to the next.
key: [opportunity_id, valid_from]
primary: opportunities
*/
WITH open_spans AS (
    SELECT o.opportunity_id, o.account_id, o.product_id, o.campaign_id, o.type, o.source, o.owner_id, o.stage,
        o.amount, o.amount_given, o.probability, o.created_at,
        -- while it is open a deal is counted at the rate of its first day, so that rates alone move nothing
        x.rate AS first_rate,
        -- on an open deal the close date is a hope, not an event
        CASE WHEN o.status <> 'open' THEN o.closed_at END AS shut_at,
        -- where nobody records qualification, every open deal counts as qualified
        COALESCE(o.qualified_at, CASE WHEN COUNT(o.qualified_at) OVER () = 0 THEN o.created_at END) AS qualified_from
    FROM opportunities o
    LEFT JOIN exchange_rates x
        ON x.currency = o.currency AND o.created_at >= x.valid_from AND (x.valid_to IS NULL OR o.created_at < x.valid_to)
    WHERE o.created_at IS NOT NULL AND (o.status = 'open' OR o.closed_at IS NOT NULL)
),
counted AS (
    SELECT opportunity_id, changed_at, stage, amount, amount_given, probability, owner_id,
        COUNT(stage) OVER (PARTITION BY opportunity_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stages,
        COUNT(amount) OVER (PARTITION BY opportunity_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS amounts,
        COUNT(probability) OVER (PARTITION BY opportunity_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS odds,
        COUNT(owner_id) OVER (PARTITION BY opportunity_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS owners,
        ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS number,
        LEAD(changed_at) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS next_at
    FROM opportunity_history
),
changes AS (
    -- a column left empty by a change keeps its last value; before its first value that one held
    SELECT opportunity_id, changed_at, number, next_at,
        MAX(stage) OVER (PARTITION BY opportunity_id, CASE WHEN stages = 0 THEN 1 ELSE stages END) AS stage,
        MAX(amount) OVER (PARTITION BY opportunity_id, CASE WHEN amounts = 0 THEN 1 ELSE amounts END) AS amount,
        MAX(amount_given) OVER (PARTITION BY opportunity_id, CASE WHEN amounts = 0 THEN 1 ELSE amounts END) AS amount_given,
        MAX(probability) OVER (PARTITION BY opportunity_id, CASE WHEN odds = 0 THEN 1 ELSE odds END) AS probability,
        MAX(owner_id) OVER (PARTITION BY opportunity_id, CASE WHEN owners = 0 THEN 1 ELSE owners END) AS owner_id
    FROM counted
),
states AS (
    SELECT o.opportunity_id, o.account_id, o.product_id, o.campaign_id, o.type, o.source,
        COALESCE(c.owner_id, o.owner_id) AS owner_id,
        COALESCE(c.stage, o.stage) AS stage,
        COALESCE(c.amount_given * o.first_rate, c.amount, o.amount_given * o.first_rate, o.amount) AS amount,
        COALESCE(c.probability, o.probability) AS probability,
        o.qualified_from,
        -- before the first change the first recorded state held
        CASE WHEN COALESCE(c.number, 1) = 1 OR c.changed_at < o.created_at THEN o.created_at ELSE c.changed_at END AS valid_from,
        CASE WHEN o.shut_at IS NULL OR c.next_at < o.shut_at THEN c.next_at ELSE o.shut_at END AS valid_to
    FROM open_spans o
    LEFT JOIN changes c ON c.opportunity_id = o.opportunity_id
)
SELECT * FROM states WHERE valid_to IS NULL OR valid_to > valid_from
