-- (target post - target pre) - (control post - control pre) of account means (sheet 6), outcome=sales_revenue, pre=previous: post = the
-- month, pre = the month before. Total only: the cells are groups of accounts, a cut by tier is another experiment.
-- AMBIGUOUS: who stands in the groups. Read: accounts on the list target in group target / control just before the month's end (G7: a stock
-- at as_of), the same accounts in pre and post; every account counts, without sales with 0. Both groups at once: target.
-- Sales = amounts won in euros; a deal without amount is 0. One of the four cells without accounts: null.
WITH members AS (
    SELECT m.period_start AS month, x.account_id, min(CASE x.list_group WHEN 'target' THEN 1 ELSE 2 END) AS arm  -- 1 target, 2 control
    FROM months m JOIN group_members x ON x.list_group IN ('target', 'control') AND live(x.joined_at, x.left_at, m.period_end)
    GROUP BY ALL),
outcomes AS (
    SELECT b.month, b.arm,
           coalesce((SELECT sum(o.amount) FROM opportunities o WHERE o.account_id = b.account_id AND o.status = 'won'
                     AND o.closed_at >= b.month AND o.closed_at < b.month + INTERVAL 1 MONTH), 0) AS post,
           coalesce((SELECT sum(o.amount) FROM opportunities o WHERE o.account_id = b.account_id AND o.status = 'won'
                     AND o.closed_at >= b.month - INTERVAL 1 MONTH AND o.closed_at < b.month), 0) AS pre
    FROM members b)
SELECT m.period_start,
       avg(o.post) FILTER (WHERE o.arm = 1) - avg(o.pre) FILTER (WHERE o.arm = 1)
       - (avg(o.post) FILTER (WHERE o.arm = 2) - avg(o.pre) FILTER (WHERE o.arm = 2)) AS value
FROM months m LEFT JOIN outcomes o ON o.month = m.period_start
GROUP BY ALL ORDER BY ALL
