-- products: what was sold, called by its most frequent description (the earliest in the alphabet, if two are).
SELECT
    upper(trim("StockCode")) AS product_id,
    mode("Description" ORDER BY "Description") AS name
FROM files.online_retail
WHERE regexp_matches("StockCode", '^([0-9]{5}|DCGS|SP[0-9]|PADS)', 'i') AND "Description" IS NOT NULL AND "Price" > 0
GROUP BY upper(trim("StockCode"))
