/*
about: Costs at the day from which they count - the day they were spent, or some months later where winning takes that long.
key: [cost_id]
primary: costs
stored: false
parameters: {lag_months: 0}
*/
SELECT c.cost_id, KPI_ADD_MONTHS(c.spent_on, $lag_months) AS counted_at, c.spent_on, c.amount, c.category, c."function", c.campaign_id,
    COALESCE(c.program, p.program) AS program,
    p.channel,
    -- winning customers is the work of sales and marketing; a cost that does not say whose it is counts too
    (c."function" IS NULL OR c."function" IN ('sales', 'marketing')) AS is_acquisition,
    (c.campaign_id IS NOT NULL OR c.program IS NOT NULL) AS is_program
FROM costs c
LEFT JOIN campaigns p ON p.campaign_id = c.campaign_id
