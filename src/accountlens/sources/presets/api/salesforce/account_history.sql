/*
about: What an account's owner, parent, industry and type were, where Salesforce tracks the history of these fields.
needs:
  account_history: [account_id, field, new_value, created_date]
  account: [id, created_date]
uses: {account_history: [old_value, is_deleted]}
*/
-- Add your own fields, such as WHEN 'Tier__c' THEN 'tier'. Of a look-up Salesforce writes two rows, one with names and
-- one with ids: users' begin with 005, accounts' with 001.
WITH changes AS (
    SELECT
        h.account_id,
        CASE h.field
            WHEN 'Owner' THEN 'owner_id'
            WHEN 'Parent' THEN 'parent_account_id'
            WHEN 'Industry' THEN 'industry'
            WHEN 'Type' THEN 'account_type'
        END AS attribute,
        h.old_value,
        h.new_value,
        CAST(h.created_date AS TIMESTAMP) AS changed_at
    FROM source.account_history AS h
    WHERE NOT coalesce(CAST(h.is_deleted AS BOOLEAN), false)
        AND coalesce(h.new_value, h.old_value)
            LIKE CASE h.field WHEN 'Owner' THEN '005%' WHEN 'Parent' THEN '001%' ELSE '%' END
),
spans AS (
    SELECT
        *,
        lead(changed_at) OVER (PARTITION BY account_id, attribute ORDER BY changed_at) AS next_at,
        row_number() OVER (PARTITION BY account_id, attribute ORDER BY changed_at) AS place
    FROM changes
    WHERE attribute IS NOT NULL
)
SELECT account_id, attribute, new_value AS value, changed_at AS valid_from, next_at AS valid_to
FROM spans WHERE new_value IS NOT NULL
UNION ALL
SELECT s.account_id, s.attribute, s.old_value, CAST(a.created_date AS TIMESTAMP), s.changed_at
FROM spans AS s
JOIN source.account AS a ON a.id = s.account_id
WHERE s.place = 1 AND s.old_value IS NOT NULL
