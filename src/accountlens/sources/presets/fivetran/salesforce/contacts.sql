/*
about: Contacts of Salesforce.
needs: {contact: [id]}
uses: {contact: [account_id, email, name, first_name, last_name, title, created_date, is_deleted, department]}
*/
SELECT
    c.id AS contact_id,
    c.account_id,
    c.email,
    coalesce(c.name, nullif(trim(concat_ws(' ', c.first_name, c.last_name)), '')) AS name,
    c.title,
    c.department,
    -- keep: c.*_c of contact
    c.created_date AS created_at
FROM source.contact AS c
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false)
