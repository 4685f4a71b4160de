/*
about: Times in which an account meets the test of a stage of its journey, whatever other stages it is in.
key: [account_id, stage, from_at]
primary: accounts
stored: false
parameters: {accepted_days: 90}
*/
SELECT t.account_id, 'target' AS stage, t.joined_at AS from_at, t.left_at AS to_at FROM target_spans t
UNION ALL
SELECT a.account_id, 'aware', a.active_from, a.active_until FROM activity_spells a
UNION ALL
SELECT e.account_id, 'engaged', e.entered_at, e.left_at FROM engaged_spans e
UNION ALL
SELECT m.account_id, 'mqa', m.entered_at, m.left_at FROM mqa_spans m
UNION ALL
-- what sales accepted is worked on for a while; an opportunity takes over, or it falls back
SELECT s.account_id, 'sqa', s.occurred_at, KPI_ADD_DAYS(s.occurred_at, $accepted_days) FROM account_stage_events s WHERE s.stage = 'sqa'
UNION ALL
SELECT o.account_id, 'opportunity', o.created_at, o.closed_at FROM opportunities o WHERE o.status IN ('open', 'won', 'lost')
UNION ALL
SELECT c.account_id, 'customer', c.started_at, c.ended_at FROM customer_spells c
