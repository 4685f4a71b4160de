WITH engaged AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(DISTINCT contact_id) AS stakeholders_engaged,
        count(DISTINCT contact_id) FILTER (WHERE known_from < m.hi) AS known_engaged,
        count(DISTINCT buying_role) FILTER (WHERE known_from < m.hi
            AND buying_role IN {buying_roles}) AS roles
    FROM contact_presence c JOIN months m ON c.engaged_at < m.hi AND c.engaged_until >= m.hi
    GROUP BY 1, 2
), known AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS known
    FROM contacts c JOIN months m ON c.created_at IS NULL OR c.created_at < m.hi
    WHERE NOT COALESCE(is_internal, FALSE)
    GROUP BY 1, 2
), required AS (
    SELECT account_id, m.p, len({buying_roles}) AS roles FROM accounts JOIN months m ON created_at IS NULL OR created_at < m.hi
)
SELECT account_id, p, COALESCE(stakeholders_engaged, 0) AS stakeholders_engaged,
    COALESCE(known_engaged, 0) / known AS account_penetration, COALESCE(e.roles, 0) / r.roles AS buying_group_coverage
FROM engaged e FULL JOIN known USING (account_id, p) FULL JOIN required r USING (account_id, p)
