WITH answers AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        100 * (count(*) FILTER (WHERE survey = 'nps' AND score >= 9 AND is_last)
            - count(*) FILTER (WHERE survey = 'nps' AND score < 7 AND is_last))
            / nullif(count(*) FILTER (WHERE survey = 'nps' AND is_last), 0) AS nps,
        count(*) FILTER (WHERE survey = 'csat' AND score >= COALESCE(scale_max, 5) - 1)
            / nullif(count(*) FILTER (WHERE survey = 'csat'), 0) AS csat,
        avg(score) FILTER (WHERE survey = 'ces') AS ces,
        count(*) FILTER (WHERE survey NOT IN ('enps', 'esat')) AS responses
    FROM survey_answers a JOIN months m ON a.answered_at >= m.lo AND a.answered_at < m.hi,
        LATERAL (SELECT a.next_answered_at IS NULL OR a.next_answered_at >= m.hi AS is_last)
    GROUP BY 1, 2
), invited AS (
    SELECT COALESCE(i.account_id, '(unmatched)') AS account_id, m.p, count(*) AS invitations
    FROM survey_invitations i JOIN months m ON i.sent_at >= m.lo AND i.sent_at < m.hi LEFT JOIN contacts c USING (contact_id)
    WHERE NOT COALESCE(c.is_internal, FALSE) AND COALESCE(i.delivered, TRUE) AND i.survey NOT IN ('enps', 'esat')
    GROUP BY 1, 2
), praised AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        count(*) FILTER (WHERE kind = 'mention' AND COALESCE(lower(sentiment), 'positive') = 'positive') AS mentions,
        count(*) FILTER (WHERE kind = 'review' AND rating >= 4) AS reviews, count(*) FILTER (WHERE kind = 'referral') AS referrals
    FROM advocacy_events JOIN months m ON occurred_at >= m.lo AND occurred_at < m.hi GROUP BY 1, 2
), due AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) FILTER (WHERE is_achieved) / count(*) AS achieved
    FROM goal_outcomes JOIN months m ON due_on >= m.lo AND due_on < m.hi GROUP BY 1, 2
), running AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        count(*) FILTER (WHERE progress >= date_diff('day', set_day, CAST(timezone('{zone}', timezone('UTC', m.hi)) AS DATE))
            / nullif(date_diff('day', set_day, due_day), 0))
            / nullif(count(*) FILTER (WHERE progress IS NOT NULL AND due_on > set_on), 0) AS on_track
    FROM (
        SELECT *, CAST(timezone('{zone}', timezone('UTC', set_on)) AS DATE) AS set_day,
            CAST(timezone('{zone}', timezone('UTC', due_on)) AS DATE) AS due_day
        FROM goal_states
    ) JOIN months m ON valid_from < m.hi AND (valid_to IS NULL OR valid_to >= m.hi)
    GROUP BY 1, 2
), customers AS (
    SELECT c.account_id, m.p, bool_or(r.willing_at < m.hi AND r.until >= m.hi) AS is_referenceable
    FROM customer_spells c JOIN months m ON c.started_at < m.hi AND (c.ended_at IS NULL OR c.ended_at >= m.hi)
        LEFT JOIN (
            SELECT account_id, occurred_at AS willing_at, COALESCE(valid_until, timezone('UTC', timezone('{zone}',
                timezone('{zone}', timezone('UTC', occurred_at)) + INTERVAL 12 MONTH))) AS until
            FROM advocacy_events WHERE kind IN ('reference', 'case_study')
        ) r ON r.account_id = c.account_id
    GROUP BY 1, 2
)
SELECT account_id, p, nps, csat, ces, COALESCE(responses, 0) / invitations AS response_rate,
    mentions + reviews + referrals AS brand_advocacy, mentions + 3 * reviews + 5 * referrals AS brand_advocacy_index,
    achieved AS customer_outcomes, on_track AS outcomes_on_track, on_track - achieved AS outcome_gap,
    CASE WHEN is_referenceable THEN 1 WHEN c.p IS NOT NULL THEN 0 END AS referenceable_clients
FROM answers FULL JOIN invited USING (account_id, p) FULL JOIN praised USING (account_id, p) FULL JOIN due USING (account_id, p)
    FULL JOIN running USING (account_id, p) FULL JOIN customers c USING (account_id, p)
