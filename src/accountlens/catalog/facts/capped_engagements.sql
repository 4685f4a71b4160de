/*
about: Engagements with points, where nobody brings more than so many points on one day; what is above the cap is taken from all events of that day alike.
key: [activity_id]
primary: activities
stored: false
parameters: {cap_per_person_day: null}
*/
WITH daily AS (
    SELECT activity_id, account_id, contact_id, employee_id, occurred_at, kind, direction, channel, campaign_id, opportunity_id, points,
        -- an event of nobody known is a person of its own
        SUM(CASE WHEN points > 0 THEN points ELSE 0 END)
            OVER (PARTITION BY COALESCE(contact_id, activity_id), KPI_LOCAL_DATE(occurred_at)) AS day_points
    FROM engagements
    WHERE points <> 0
)
SELECT activity_id, account_id, contact_id, employee_id, occurred_at, kind, direction, channel, campaign_id, opportunity_id,
    CASE WHEN points > 0 AND day_points > $cap_per_person_day THEN points * KPI_RATIO($cap_per_person_day, day_points)
        ELSE points END AS points
FROM daily
