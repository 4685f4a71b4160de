/*
about: Customers of Stripe.
needs: {customer: [id]}
uses: {customer: [name, description, email, address, currency, created, is_deleted]}
*/
SELECT
    c.id AS account_id,
    coalesce(nullif(trim(c.name), ''), nullif(trim(c.description), ''), c.email, c.id) AS name,
    nullif(lower(split_part(c.email, '@', 2)), '') AS domain,
    CAST(c.address AS JSON) ->> '$.country' AS country,
    CAST(c.address AS JSON) ->> '$.state' AS region,
    upper(c.currency) AS currency,
    to_timestamp(CAST(c.created AS BIGINT)) AS created_at
FROM source.customer AS c
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false)
