-- orders: each row is a line of an invoice; orders, not lines, are counted.
WITH lines AS (
    SELECT *, upper(trim("StockCode")) AS code              -- 85123A and 85123a are one product
    FROM files.online_retail
    WHERE "Invoice" NOT LIKE 'A%'                           -- bad debt written off: entities/bad_debts.sql
)
SELECT
    "Invoice" AS order_id,
    -- Lines have no number. A running number would make two rows that repeat each other two lines; so a line is called
    -- by what it says (no two different rows of an invoice agree in these four), and the 6,865 rows that repeat
    -- another one in full are found to be duplicates.
    concat_ws(' ', "StockCode", "Quantity", "Price", substr("InvoiceDate", 12, 5)) AS line_id,
    CAST(CAST("Customer ID" AS BIGINT) AS VARCHAR) AS account_id,    -- 107,927 lines have none: (unmatched)
    "InvoiceDate" AS ordered_at,
    "Quantity" * "Price" AS amount,
    "Quantity" AS quantity,
    CASE WHEN "Invoice" LIKE 'C%' OR "Quantity" < 0 THEN 'return' ELSE 'sale' END AS kind,
    -- What is no product gets no product_id, and says here what it is.
    CASE
        WHEN code IN ('POST', 'DOT', 'C2', 'C3') THEN 'carriage'
        WHEN code IN ('M', 'ADJUST', 'ADJUST2') THEN 'manual correction'
        WHEN code = 'D' THEN 'discount'
        WHEN code = 'S' THEN 'samples'
        WHEN code IN ('BANK CHARGES', 'AMAZONFEE') THEN 'fee'
        WHEN code LIKE 'GIFT%' THEN 'voucher'
        WHEN code LIKE 'TEST%' THEN 'test'
        WHEN "Price" = 0 THEN 'free or written off'
        ELSE 'product'
    END AS line_type,
    CASE WHEN line_type IN ('product', 'free or written off') THEN code END AS product_id,
    "StockCode" AS stock_code,
    "Description" AS description,
    "Price" AS price,
    "Country" AS country,
    _row, _file
FROM lines
