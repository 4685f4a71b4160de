-- (return - cost) / cost (sheet 4), by program. Return = won value of the month attributed to the program's touches (attribution=linear,
-- dated at the closing); cost = what was spent on the program in the month: costs that name a program, else a campaign (then its program).
-- Costs that name neither (salaries, tools) are no program's cost and not in the total. Both sides are those of the month, no cohort.
-- Cost 0 or none: null; a credit note can make it negative, which the sheet does not null (N names only 0). Total = all credited
-- value, that of the program (unknown) too, against all program cost (sum / sum).
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
SELECT period_start, program, (returned - cost) / nullif(cost, 0) AS value FROM sums ORDER BY ALL
