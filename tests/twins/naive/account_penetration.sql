-- Wrong: the mean of the accounts' shares; an account of one contact weighs as much as one of ten (G3: sum / sum).
WITH known AS (
    SELECT m.period_start, c.account_id,
           EXISTS (SELECT 1 FROM activities a WHERE a.contact_id = c.contact_id AND points(a.kind) > 0
                   AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS engaged
    FROM months m JOIN contacts c ON NOT c.is_internal AND (c.created_at IS NULL OR c.created_at < m.period_end)),
shares AS (SELECT period_start, account_id, avg(engaged::INT) AS share FROM known GROUP BY ALL)
SELECT period_start, avg(share) AS value FROM shares GROUP BY ALL ORDER BY ALL
