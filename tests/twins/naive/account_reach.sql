-- Wrong: divides by every account instead of the accounts on the list, and a mail that bounced reaches too.
WITH program AS (
    SELECT a.account_id, a.occurred_at FROM activities a
    WHERE a.kind IN ('ad_impression', 'page_view', 'email_sent')
       OR (a.kind IN ('call', 'meeting', 'message', 'chat') AND a.direction = 'outbound'))
SELECT m.period_start, count(DISTINCT p.account_id) / (SELECT count(*) FROM accounts)::DOUBLE AS value
FROM months m LEFT JOIN program p ON date_trunc('month', p.occurred_at) = m.period_start
GROUP BY ALL ORDER BY ALL
