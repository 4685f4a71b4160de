/*
about: Our calls, meetings, messages, chats and mails by hand to accounts that had not bought yet, numbered, with the kind of each as its method.
key: [activity_id]
primary: activities
reach:
  events: {touches: occurred_at}
  only: {touches: direction = 'outbound'}
  own: [new_customers]
  at: occurred_at
  settled: COALESCE(next_at, won_at)  # after the win none counts
  numbered: touch_number
  looks_back: [previous_at]
*/
WITH outreach AS (
    SELECT t.activity_id, t.account_id, t.contact_id, t.employee_id, t.occurred_at, t.kind AS method, t.channel, t.campaign_id, n.won_at
    FROM touches t
    LEFT JOIN new_customers n ON n.account_id = t.account_id
    WHERE t.direction = 'outbound' AND t.account_id IS NOT NULL AND (n.won_at IS NULL OR t.occurred_at < n.won_at)
)
SELECT activity_id, account_id, contact_id, employee_id, occurred_at, method, channel, campaign_id,
    ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) AS touch_number,
    LAG(occurred_at) OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) AS previous_at,
    LEAD(occurred_at) OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) AS next_at,
    won_at,
    -- the win belongs to the last touch before it
    CASE WHEN LEAD(occurred_at) OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) IS NULL THEN won_at END AS led_to_win_at
FROM outreach
