/*
about: What an opportunity was while it was open - stage, amount, probability and owner, from one change to the next.
key: [opportunity_id, valid_from]
primary: opportunities
*/
WITH open_spans AS (
    SELECT *,
        -- on an open deal the close date is a hope, not an event
        CASE WHEN status <> 'open' THEN closed_at END AS shut_at,
        -- where nobody records qualification, every open deal counts as qualified
        COALESCE(qualified_at, CASE WHEN COUNT(qualified_at) OVER () = 0 THEN created_at END) AS qualified_from
    FROM opportunities
    WHERE created_at IS NOT NULL AND (status = 'open' OR closed_at IS NOT NULL)
),
changes AS (
    SELECT opportunity_id, changed_at, stage, amount, probability, owner_id,
        ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS number,
        LEAD(changed_at) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS next_at
    FROM opportunity_history
),
states AS (
    SELECT o.opportunity_id, o.account_id, o.product_id, o.campaign_id, o.type, o.source,
        COALESCE(c.owner_id, o.owner_id) AS owner_id,
        COALESCE(c.stage, o.stage) AS stage,
        COALESCE(c.amount, o.amount) AS amount,
        COALESCE(c.probability, o.probability) AS probability,
        o.qualified_from,
        -- before the first change the first recorded state held
        CASE WHEN COALESCE(c.number, 1) = 1 OR c.changed_at < o.created_at THEN o.created_at ELSE c.changed_at END AS valid_from,
        CASE WHEN o.shut_at IS NULL OR c.next_at < o.shut_at THEN c.next_at ELSE o.shut_at END AS valid_to
    FROM open_spans o
    LEFT JOIN changes c ON c.opportunity_id = o.opportunity_id
)
SELECT * FROM states WHERE valid_to IS NULL OR valid_to > valid_from
