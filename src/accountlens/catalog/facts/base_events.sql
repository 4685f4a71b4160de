/*
about: Events of one kind, from which conversions are counted.
key: [activity_id]
primary: activities
stored: false
parameters: {base: page_view}
*/
SELECT activity_id, account_id, contact_id, employee_id, occurred_at, channel, campaign_id, session_id
FROM engagements
WHERE kind = $base
