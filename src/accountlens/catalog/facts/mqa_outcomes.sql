/*
about: Entries into marketing qualification with the instant sales accepted the account, if it did.
key: [account_id, entered_at]
primary: account_stage_events
stored: false
*/
SELECT e.account_id, e.entered_at, MIN(s.occurred_at) AS accepted_at
FROM mqa_episodes e
LEFT JOIN account_stage_events s ON s.account_id = e.account_id AND s.stage = 'sqa' AND s.occurred_at >= e.entered_at
GROUP BY e.account_id, e.entered_at
