WITH people AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) FILTER (WHERE step = 'created') AS leads,
        count(*) FILTER (WHERE step = 'mql') AS mqls,
        count(*) FILTER (WHERE step = 'mql' AND became_sql_at BETWEEN became_mql_at AND became_mql_at + to_seconds(30 * 86400)
            AND became_sql_at < m.horizon AND is_bant) AS accepted,
        count(*) FILTER (WHERE step = 'sql' AND became_mql_at <= became_sql_at AND is_bant) AS sqls
    FROM (
        SELECT *, need = 1 AND bant >= 3 AS is_bant, unnest(['created', 'mql', 'sql']) AS step,
            unnest([created_at, became_mql_at, became_sql_at]) AS stepped_at
        FROM lead_people
    ) JOIN months m ON stepped_at >= m.lo AND stepped_at < m.hi
    GROUP BY 1, 2
), won AS (
    SELECT account_id, m.p, count(*) AS won
    FROM lead_outcomes JOIN months m ON created_at >= m.lo AND created_at < m.hi
    WHERE won_at < m.horizon GROUP BY 1, 2
), spotted AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS spotted,
        count(*) FILTER (WHERE met_at < m.hi) AS met
    FROM spotted_opportunities JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY 1, 2
)
SELECT account_id, p, leads AS leads_generated, mqls AS mql_count, sqls AS sql_count,
    accepted / nullif(mqls, 0) AS mql_to_sql_rate, COALESCE(won, 0) / nullif(leads, 0) AS lead_conversion_rate,
    spotted AS opportunity_spotting, met / spotted AS initial_meeting_rate
FROM people LEFT JOIN won USING (account_id, p) FULL JOIN spotted USING (account_id, p)
