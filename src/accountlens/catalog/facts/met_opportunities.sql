/*
about: What account managers spotted and then met. Without activities nobody knows of meetings.
key: [kind, spotted_id]
primary: activities
stored: false
*/
SELECT s.* FROM spotted_opportunities s WHERE s.met_at IS NOT NULL
