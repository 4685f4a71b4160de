/*
about: Contracts at the end of their term, with what was decided and how many days before (negative) or after that end.
key: [contract_id]
primary: contracts
parameters: {grace_days: 30}
*/
WITH deciding AS (
    SELECT COUNT(decision) AS decisions FROM contracts
),
followed AS (
    -- where nobody records decisions, a contract of the account that begins when another ends is its renewal
    SELECT c.contract_id, n.started_on, n.value,
        ROW_NUMBER() OVER (PARTITION BY c.contract_id ORDER BY n.started_on, n.contract_id) AS number
    FROM contracts c
    CROSS JOIN deciding d
    JOIN contracts n ON n.account_id = c.account_id AND n.contract_id <> c.contract_id AND n.started_on >= c.ends_on AND n.ends_on > c.ends_on
    WHERE d.decisions = 0
),
outcomes AS (
    SELECT c.contract_id, c.account_id, c.started_on AS started_at, c.ends_on AS due_at, c.value, c.currency,
        CASE WHEN f.contract_id IS NOT NULL THEN 'renewed' ELSE COALESCE(c.decision, 'pending') END AS decision,
        COALESCE(f.started_on, c.decided_at) AS decided_at,
        COALESCE(f.value, c.renewed_value) AS renewed_value,
        -- a decision without a date was known when the term ended
        KPI_DURATION(c.ends_on, COALESCE(f.started_on, c.decided_at, c.ends_on)) AS days_late
    FROM contracts c
    LEFT JOIN followed f ON f.contract_id = c.contract_id AND f.number = 1
)
SELECT contract_id, account_id, started_at, due_at, value, currency, decision, decided_at, renewed_value, days_late,
    -- each contract has one of the two: the instant from which it is known to be renewed, or lost
    CASE WHEN decision = 'renewed' AND days_late <= $grace_days THEN COALESCE(decided_at, due_at) END AS renewed_at,
    CASE
        WHEN decision = 'renewed' AND days_late <= $grace_days THEN NULL
        WHEN decision = 'lost' THEN LEAST(COALESCE(decided_at, due_at), KPI_ADD_DAYS(due_at, $grace_days))
        ELSE KPI_ADD_DAYS(due_at, $grace_days)
    END AS lost_at,
    decision = 'lost' AND COALESCE(decided_at, due_at) < due_at AS is_midterm
FROM outcomes
