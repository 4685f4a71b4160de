-- What is wrong: before and after of the target accounts alone. What would have changed anyway, as it did in the control group, passes for lift.
WITH members AS (
    SELECT DISTINCT m.period_start AS month, x.account_id
    FROM months m JOIN group_members x ON x.list_group = 'target' AND live(x.joined_at, x.left_at, m.period_end)),
won AS (
    SELECT b.month, b.account_id,
           coalesce(sum(o.amount) FILTER (WHERE o.closed_at >= b.month), 0) - coalesce(sum(o.amount) FILTER (WHERE o.closed_at < b.month), 0) AS change
    FROM members b
    LEFT JOIN opportunities o ON o.account_id = b.account_id AND o.status = 'won'
        AND o.closed_at >= b.month - INTERVAL 1 MONTH AND o.closed_at < b.month + INTERVAL 1 MONTH
    GROUP BY ALL)
SELECT m.period_start, avg(w.change) AS value
FROM months m LEFT JOIN won w ON w.month = m.period_start
GROUP BY ALL ORDER BY ALL
