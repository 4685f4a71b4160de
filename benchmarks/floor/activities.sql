-- One pass over the activities. Months and the 90-day windows before their ends are both made of the same stretches of
-- time, so each row is met once: it fades to its stretch's end, the stretch's sum to the month's end.
WITH stretches_of_accounts AS (
    SELECT COALESCE(e.account_id, '(unmatched)') AS account_id, s.stretch, s.p,
        count(*) FILTER (WHERE e.kind = 'content_downloaded') AS downloads,
        count(*) FILTER (WHERE e.kind = 'social_interaction') AS social,
        count(*) FILTER (WHERE e.is_conversation) AS conversations,
        sum(e.points * pow(2, (epoch_us(e.occurred_at) - s.ends_us) / 2592e9)) AS points
    FROM engagements e JOIN hours h ON h.hour = date_trunc('hour', e.occurred_at) JOIN stretches s USING (stretch)
    GROUP BY 1, 2, 3
), counted AS (
    SELECT account_id, p, sum(downloads) AS content_downloads, sum(social) AS social_interactions,
        sum(conversations) AS conversations
    FROM stretches_of_accounts WHERE p IS NOT NULL GROUP BY 1, 2
), scored AS (
    SELECT a.account_id, m.p, sum(a.points * pow(2, (s.ends_us - epoch_us(m.hi)) / 2592e9)) AS engagement_score
    FROM stretches_of_accounts a JOIN stretches s USING (stretch)
        JOIN months m ON s.ends_us <= epoch_us(m.hi) AND s.ends_us > epoch_us(m.window_lo)
    GROUP BY 1, 2
)
SELECT account_id, p, content_downloads, social_interactions, conversations, engagement_score,
    CASE WHEN account_id <> '(unmatched)' AND engagement_score + 1e-9 >= 10 THEN 1 ELSE 0 END AS engaged_accounts
FROM scored LEFT JOIN counted USING (account_id, p)
