/*
about: What people of our accounts did, and what we did with them, with engagement points. Bots and internal people are out.
key: [activity_id]
primary: activities
parameters:
  weights: {page_view: 1, email_opened: 0.5, email_clicked: 2, email_replied: 5, content_downloaded: 5,
            form_submitted: 5, event_registered: 2, event_attended: 10, social_interaction: 1, ad_clicked: 1,
            chat: 3, message: 2, call: 8, meeting: 15}
  role_multipliers: {}
reach: {events: {activities: occurred_at}, lookups: {contacts: contact_id}, at: occurred_at}
*/
SELECT
    -- a person's role is the buying role, else the seniority, whichever the multipliers name
    KPI_LOOKUP(a.kind, $weights, 0e0)
        * KPI_LOOKUP(c.buying_role, $role_multipliers, KPI_LOOKUP(c.seniority, $role_multipliers, 1e0)) AS points,
    (a.kind IN ('call', 'meeting', 'message', 'chat', 'email_replied')
        OR (a.kind = 'email_sent' AND NOT COALESCE(a.is_automated, FALSE))) AS is_touch,
    (a.kind IN ('call', 'meeting') AND COALESCE(a.status, '') = 'completed' AND a.contact_id IS NOT NULL) AS is_conversation,
    a.*
FROM activities a
LEFT JOIN contacts c ON c.contact_id = a.contact_id
WHERE NOT COALESCE(a.is_bot, FALSE) AND NOT COALESCE(c.is_internal, FALSE)
