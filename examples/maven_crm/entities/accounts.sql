-- accounts: the source has no identifier, so the name is the key.
SELECT
    account AS account_id,
    account AS name,
    subsidiary_of AS parent_account_id,                     -- 15 accounts name one of 7 parents
    -- Misspelt at the source, repaired here where everyone can see it:
    CASE sector WHEN 'technolgy' THEN 'technology' ELSE sector END AS industry,
    CASE office_location WHEN 'Philipines' THEN 'Philippines' ELSE office_location END AS country,
    employees,
    CAST(revenue AS DOUBLE) * 1000000 AS annual_revenue,    -- the source counts millions of dollars
    year_established,
    _row, _file
FROM files.accounts
