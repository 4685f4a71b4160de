/*
about: When each person of an account was last touched and by whom, last gave a sign by an activity or by use of the product, and when mail came back for good. For pages; no KPI reads it.
key: [account_id, contact_id]
primary: [activities, usage_events]
stored: false
reduced: true
*/
WITH signs AS (
    SELECT e.account_id, e.contact_id,
        CASE WHEN e.is_touch THEN e.occurred_at END AS touched_at,
        CASE WHEN e.is_conversation OR (e.direction = 'inbound' AND (e.is_touch OR e.points > 0)) THEN e.occurred_at END AS heard_at,
        CAST(NULL AS TIMESTAMP) AS bounced_at
    FROM engagements e
    WHERE e.account_id IS NOT NULL AND e.contact_id IS NOT NULL AND e.occurred_at < $as_of
    UNION ALL
    SELECT u.account_id, u.contact_id, NULL, u.occurred_at, NULL
    FROM usage_events u
    WHERE u.account_id IS NOT NULL AND u.contact_id IS NOT NULL AND u.occurred_at < $as_of
    UNION ALL
    SELECT m.account_id, m.contact_id, NULL, NULL, m.hard_bounced_at
    FROM emails m
    WHERE m.account_id IS NOT NULL AND m.contact_id IS NOT NULL AND m.hard_bounced_at < $as_of
),
last AS (
    SELECT account_id, contact_id, MAX(touched_at) AS touched_at, MAX(heard_at) AS heard_at, MAX(bounced_at) AS bounced_at
    FROM signs
    GROUP BY account_id, contact_id
),
touching AS (
    SELECT t.account_id, t.contact_id, t.kind, t.direction, t.employee_id,
        ROW_NUMBER() OVER (PARTITION BY t.account_id, t.contact_id ORDER BY t.occurred_at DESC, t.activity_id DESC) AS place
    FROM touches t
    WHERE t.account_id IS NOT NULL AND t.contact_id IS NOT NULL AND t.occurred_at < $as_of
)
SELECT l.account_id, l.contact_id, l.touched_at, t.kind, t.direction, t.employee_id, l.heard_at, l.bounced_at
FROM last l
LEFT JOIN touching t ON t.account_id = l.account_id AND t.contact_id = l.contact_id AND t.place = 1
