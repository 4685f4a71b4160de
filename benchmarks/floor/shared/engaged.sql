-- One pass over the activities. Months and the 90-day windows before their ends are both made of the same stretches of
-- time, so each row is met once: it fades to its stretch's end, the stretch's sum to the month's end.
WITH stretches_of_accounts AS (
    SELECT e.account_id, s.stretch, s.p,
        count(*) FILTER (WHERE e.kind = 'content_downloaded') AS downloads,
        count(*) FILTER (WHERE e.kind = 'social_interaction') AS social,
        count(*) FILTER (WHERE e.kind = 'page_view') AS page_views,
        count(*) FILTER (WHERE e.is_conversation) AS conversations,
        sum(e.points * pow(2, (epoch_us(e.occurred_at) - s.ends_us) / 2592e9)) AS points
    FROM engagements e JOIN hours h ON h.hour = date_trunc('hour', e.occurred_at) JOIN stretches s USING (stretch)
    GROUP BY 1, 2, 3
), counted AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, sum(downloads) AS downloads, sum(social) AS social, sum(page_views) AS page_views,
        sum(conversations) AS conversations
    FROM stretches_of_accounts WHERE p IS NOT NULL GROUP BY 1, 2
), scored AS (
    SELECT COALESCE(a.account_id, '(unmatched)') AS account_id, m.p, sum(a.points * pow(2, (s.ends_us - epoch_us(m.hi)) / 2592e9)) AS score
    FROM stretches_of_accounts a JOIN stretches s USING (stretch)
        JOIN months m ON s.ends_us <= epoch_us(m.hi) AND s.ends_us > epoch_us(m.window_lo)
    GROUP BY 1, 2
)
SELECT account_id, p, downloads, social, page_views, conversations, score
FROM scored LEFT JOIN counted USING (account_id, p)
