-- Naive: everything sales and marketing spent stands against what campaigns brought, salaries and tools too.
WITH credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, program, amount / n AS credit FROM paths WHERE status = 'won'),
spent AS (
    SELECT date_trunc('month', spent_on)::DATE AS month, program, amount FROM (SELECT c.cost_id, c.spent_on, c.amount, coalesce(k.program, '(unknown)') AS program FROM costs c LEFT JOIN campaign_costs k USING (cost_id))
    WHERE spent_on >= DATE '2024-01-01' AND spent_on < DATE '2024-08-01'),
groups AS (SELECT program FROM credits UNION SELECT program FROM spent UNION SELECT NULL),
sums AS (
    SELECT m.period_start, g.program,
           coalesce((SELECT sum(c.credit) FROM credits c WHERE c.month = m.period_start AND (g.program IS NULL OR c.program = g.program)), 0) AS returned,
           (SELECT sum(s.amount) FROM spent s WHERE s.month = m.period_start AND (g.program IS NULL OR s.program = g.program)) AS cost
    FROM months m CROSS JOIN groups g)
SELECT period_start, program, (returned - cost) / nullif(cost, 0) AS value FROM sums ORDER BY ALL
