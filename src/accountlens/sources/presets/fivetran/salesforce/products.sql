/*
about: Products of Salesforce.
needs: {product_2: [id, name]}
uses: {product_2: [family, product_code, is_deleted]}
*/
SELECT
    p.id AS product_id,
    p.name,
    p.family AS category,
    p.product_code
FROM source.product_2 AS p
WHERE NOT coalesce(CAST(p.is_deleted AS BOOLEAN), false)
