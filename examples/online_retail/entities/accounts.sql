-- accounts: one for each customer number. The number came as 13085.0, because some lines have none.
SELECT
    CAST(CAST("Customer ID" AS BIGINT) AS VARCHAR) AS account_id,
    'Customer ' || CAST("Customer ID" AS BIGINT) AS name,
    arg_max("Country", "InvoiceDate") AS country,           -- the latest; 5 customers have two
    min("InvoiceDate") AS created_at                        -- first seen in this year, perhaps a customer before
FROM files.online_retail
WHERE "Customer ID" IS NOT NULL
GROUP BY "Customer ID"
