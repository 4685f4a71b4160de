/*
about: Surveys sent to people outside, or to our own. Those known not to have arrived, and internal contacts, are out.
key: [invitation_id]
primary: survey_invitations
stored: false
*/
SELECT s.*
FROM survey_invitations s
LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = s.contact_id
WHERE COALESCE(s.delivered, TRUE) AND i.internal_id IS NULL
