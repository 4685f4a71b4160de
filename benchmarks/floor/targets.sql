WITH listed AS (
    SELECT account_id, joined_at, left_at FROM account_list_members
    WHERE list = 'target' AND COALESCE("group", 'target') <> 'control' AND account_id IS NOT NULL
), on_list AS (
    SELECT DISTINCT account_id, m.p
    FROM listed JOIN months m ON (joined_at IS NULL OR joined_at < m.hi) AND (left_at IS NULL OR left_at >= m.hi)
), reached AS (
    SELECT DISTINCT account_id, m.p
    FROM target_reach JOIN months m ON touched_on_list_at >= m.lo AND touched_on_list_at < m.hi
        AND joined_at < m.hi AND (left_at IS NULL OR left_at >= m.hi)
), first_deals AS (
    SELECT account_id, min(created_at) AS first_at FROM opportunities WHERE account_id IS NOT NULL GROUP BY 1
), cohort AS (
    SELECT account_id, m.p, CASE WHEN min(first_at) < max(m.hi) THEN 1 ELSE 0 END AS converted
    FROM listed JOIN months m ON (joined_at IS NULL OR joined_at < m.lo) AND (left_at IS NULL OR left_at >= m.lo)
        LEFT JOIN first_deals USING (account_id)
    WHERE first_at IS NULL OR first_at >= m.lo GROUP BY 1, 2
), qualified AS (
    SELECT account_id, m.p, bool_or(left_at IS NULL OR left_at >= m.hi) AS is_open,
        bool_or(begins_episode AND entered_at >= m.lo) AS entered
    FROM mqa_spans JOIN months m ON entered_at < m.hi AND (left_at IS NULL OR left_at >= m.lo) GROUP BY 1, 2
), accepted AS (
    SELECT account_id, m.p FROM account_stage_events JOIN months m ON occurred_at >= m.lo AND occurred_at < m.hi
    WHERE stage = 'sqa' AND account_id IS NOT NULL GROUP BY 1, 2
), followed AS (
    SELECT q.account_id, m.p, count(*) AS entries, count(*) FILTER (WHERE s.accepted_at < m.horizon) AS accepted
    FROM mqa_spans q JOIN months m ON entered_at >= m.lo AND entered_at < m.hi
        LEFT JOIN LATERAL (
            SELECT min(occurred_at) AS accepted_at FROM account_stage_events e
            WHERE e.stage = 'sqa' AND e.account_id = q.account_id AND e.occurred_at >= q.entered_at
                AND e.occurred_at <= q.entered_at + to_seconds(30 * 86400)) s ON TRUE
    WHERE begins_episode GROUP BY 1, 2
)
SELECT account_id, p, CASE WHEN l.p IS NOT NULL THEN CASE WHEN r.p IS NOT NULL THEN 1 ELSE 0 END END AS account_reach,
    converted AS account_conversion_rate, CASE WHEN entered THEN 1 ELSE 0 END AS mqa_count,
    CASE WHEN is_open THEN 1 ELSE 0 END AS mqa_open,
    CASE WHEN l.p IS NOT NULL THEN CASE WHEN is_open THEN 1 ELSE 0 END END AS mqa_rate,
    f.accepted / entries AS mqa_to_sqa_rate, CASE WHEN a.p IS NOT NULL THEN 1 ELSE 0 END AS sqa_count
FROM on_list l FULL JOIN cohort USING (account_id, p) FULL JOIN qualified USING (account_id, p)
    FULL JOIN accepted a USING (account_id, p) LEFT JOIN reached r USING (account_id, p) LEFT JOIN followed f USING (account_id, p)
