/*
about: Our touches of accounts that had not bought yet, with what became of these accounts. Without opportunities nobody knows.
key: [activity_id]
primary: opportunities
stored: false
*/
SELECT p.* FROM prospect_touches p
