/*
about: Accounts that had not bought yet, as they stand between one touch of ours and the next - how many touches they had by then.
key: [activity_id]
primary: opportunities
stored: false
*/
SELECT p.activity_id, p.account_id, p.touch_number AS touches, p.occurred_at AS from_at, p.next_at AS to_at, p.led_to_win_at
FROM prospect_touches p
