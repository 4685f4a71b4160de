/*
about: Organizations of Zendesk.
needs: {organization: [id, name]}
uses: {organization: [created_at, external_id, domain_names]}
*/
SELECT
    o.id AS account_id,
    o.name,
    lower(CAST(o.domain_names AS JSON) ->> '$[0]') AS domain,
    o.external_id,
    o.created_at
FROM source.organization AS o
