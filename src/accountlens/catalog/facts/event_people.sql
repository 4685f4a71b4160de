/*
about: One person at one event (a campaign) - when first registered, and when first there.
key: [person_id, event_id]
primary: activities
reach: {by: person_id, by_events: "COALESCE(contact_id, activity_id)", events: {engagements: occurred_at},
        only: {engagements: "kind IN ('event_registered', 'event_attended')"}}
*/
WITH seats AS (
    SELECT COALESCE(contact_id, activity_id) AS person_id, -- somebody unknown is a person of his own
        COALESCE(campaign_id, activity_id) AS event_id, -- an event without a name is one of its own
        campaign_id, contact_id, account_id, channel, kind, status, occurred_at
    FROM engagements
    WHERE kind IN ('event_registered', 'event_attended')
)
SELECT person_id, event_id,
    MIN(campaign_id) AS campaign_id,
    MIN(contact_id) AS contact_id,
    MIN(account_id) AS account_id,
    MIN(channel) AS channel,
    MIN(occurred_at) FILTER (WHERE kind = 'event_registered') AS registered_at,
    MIN(occurred_at) FILTER (WHERE kind = 'event_attended' AND COALESCE(status, 'attended') = 'attended') AS attended_at
FROM seats
GROUP BY person_id, event_id
