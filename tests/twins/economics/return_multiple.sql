-- Return / cost, always roi + 1 (sheet 4), by program: a program that returned nothing for its cost has 0, roi -1.
-- Return and cost as in roi. Cost 0 or none: null.
WITH credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, program, amount / n AS credit FROM paths WHERE status = 'won'),
spent AS (
    SELECT date_trunc('month', spent_on)::DATE AS month, program, amount FROM (SELECT * REPLACE (coalesce(program, '(unknown)') AS program) FROM campaign_costs)
    WHERE spent_on >= DATE '2024-01-01' AND spent_on < DATE '2024-08-01'),
groups AS (SELECT program FROM credits UNION SELECT program FROM spent UNION SELECT NULL),
sums AS (
    SELECT m.period_start, g.program,
           coalesce((SELECT sum(c.credit) FROM credits c WHERE c.month = m.period_start AND (g.program IS NULL OR c.program = g.program)), 0) AS returned,
           (SELECT sum(s.amount) FROM spent s WHERE s.month = m.period_start AND (g.program IS NULL OR s.program = g.program)) AS cost
    FROM months m CROSS JOIN groups g)
SELECT period_start, program, returned / nullif(cost, 0) AS value FROM sums ORDER BY ALL
