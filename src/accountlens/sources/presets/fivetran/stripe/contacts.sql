/*
about: The person behind each customer of Stripe, by the e-mail address of the bill.
needs: {customer: [id, email]}
uses: {customer: [name, created, is_deleted]}
*/
SELECT
    c.id AS contact_id,
    c.id AS account_id,
    c.email,
    c.name,
    c.created AS created_at
FROM source.customer AS c
WHERE c.email IS NOT NULL AND NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false)
