/*
about: Times in which an account was marketing-qualified and on the target list.
key: [account_id, from_at]
primary: account_list_members
stored: false
*/
SELECT q.account_id,
    CASE WHEN t.joined_at > q.entered_at THEN t.joined_at ELSE q.entered_at END AS from_at,
    CASE WHEN t.left_at < q.left_at OR q.left_at IS NULL THEN t.left_at ELSE q.left_at END AS to_at
FROM mqa_spans q
JOIN target_spans t ON t.account_id = q.account_id
WHERE (q.left_at IS NULL OR t.joined_at < q.left_at) AND (t.left_at IS NULL OR t.left_at > q.entered_at)
