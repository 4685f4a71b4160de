/*
about: What an account's owner, industry and type were, from Fivetran's history mode.
needs: {account_history: [id, _fivetran_start]}
uses: {account_history: [_fivetran_end, _fivetran_active, owner_id, industry, type, parent_id]}
*/
WITH versions AS (
    SELECT
        *,
        CAST(_fivetran_start AS TIMESTAMP) AS valid_from,
        -- The next version begins a millisecond after the end that Fivetran writes down.
        coalesce(
            lead(CAST(_fivetran_start AS TIMESTAMP)) OVER (PARTITION BY id ORDER BY CAST(_fivetran_start AS TIMESTAMP)),
            CASE WHEN NOT coalesce(CAST(_fivetran_active AS BOOLEAN), true) THEN CAST(_fivetran_end AS TIMESTAMP) END
        ) AS valid_to
    FROM source.account_history AS h
)
SELECT id AS account_id, 'owner_id' AS attribute, owner_id AS value, valid_from, valid_to
FROM versions WHERE owner_id IS NOT NULL
UNION ALL
SELECT id, 'industry', industry, valid_from, valid_to
FROM versions WHERE industry IS NOT NULL
UNION ALL
SELECT id, 'account_type', type, valid_from, valid_to
FROM versions WHERE type IS NOT NULL
UNION ALL
SELECT id, 'parent_account_id', parent_id, valid_from, valid_to
FROM versions WHERE parent_id IS NOT NULL
