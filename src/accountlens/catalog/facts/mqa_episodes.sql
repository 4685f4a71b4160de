/*
about: Entries into marketing qualification, one per account and episode, dated at the instant all tests first hold.
key: [account_id, entered_at]
primary: activities
stored: false
*/
SELECT account_id, entered_at FROM mqa_spans WHERE begins_episode
