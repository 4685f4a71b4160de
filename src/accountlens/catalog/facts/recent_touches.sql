/*
about: The latest touches of each account, for pages that show them one by one - those of the last days, and in any case the last ten each way. A part of 'touches' under a name of its own; no KPI reads it.
key: [activity_id]
primary: activities
stored: false
reduced: true
parameters: {recent_days: 97, least: 10}
*/
WITH placed AS (
    SELECT t.activity_id, t.account_id, t.occurred_at, t.kind, t.direction, t.channel, t.status, t.minutes,
        t.contact_id, t.employee_id, t.campaign_id, t.opportunity_id, t.is_touch,
        ROW_NUMBER() OVER (PARTITION BY t.account_id, t.direction ORDER BY t.occurred_at DESC, t.activity_id DESC) AS place
    FROM touches t
    WHERE t.account_id IS NOT NULL AND t.occurred_at < $as_of
)
SELECT p.activity_id, p.account_id, p.occurred_at, p.kind, p.direction, p.channel, p.status, p.minutes,
    p.contact_id, p.employee_id, p.campaign_id, p.opportunity_id, p.is_touch
FROM placed p
WHERE p.place <= $least OR p.occurred_at >= KPI_ADD_DAYS($as_of, 0 - $recent_days)
