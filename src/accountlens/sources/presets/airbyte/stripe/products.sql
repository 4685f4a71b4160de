/*
about: Products of Stripe.
needs: {product: [id, name]}
uses: {product: [type]}
*/
SELECT
    p.id AS product_id,
    p.name,
    p.type AS category
FROM source.product AS p
