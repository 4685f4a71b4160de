/*
about: Organizations of Zendesk.
needs: {organization: [id, name]}
uses:
  organization: [created_at, external_id]
  domain_name: [organization_id, domain_name, index]
or_empty: [domain_name]
*/
SELECT
    o.id AS account_id,
    o.name,
    d.domain,
    o.external_id,
    o.created_at
FROM source.organization AS o
LEFT JOIN (
    SELECT organization_id, arg_min(lower(n.domain_name), CAST(n.index AS INTEGER)) AS domain
    FROM source.domain_name AS n GROUP BY organization_id
) AS d ON d.organization_id = o.id
