-- One pass over the activities that count anywhere. Months and the 90-day windows before their ends are made of the same
-- stretches of time, so each row is met once. It fades to one instant for all; months fade from there.
WITH stretches_of_accounts AS (
    SELECT e.account_id, h.stretch,
        sum(CAST(kind = 'page_view' AS INT)) AS page_views, sum(CAST(kind = 'content_downloaded' AS INT)) AS downloads,
        sum(CAST(kind = 'social_interaction' AS INT)) AS social, sum(CAST(is_conversation AS INT)) AS conversations,
        sum(CAST(kind = 'meeting' AND status = 'completed' AS INT)) AS meetings,
        sum(points * exp((epoch_us(occurred_at) - {last_us}) * (ln(2) / 2592e9))) AS points
    FROM engagements e JOIN hours h ON h.number = epoch_us(occurred_at) // 3600000000
    WHERE points <> 0 OR kind IN ('page_view', 'content_downloaded', 'social_interaction', 'meeting') OR is_conversation
    GROUP BY ALL
), counted AS (
    SELECT account_id, s.p, sum(page_views) AS page_views, sum(downloads) AS downloads, sum(social) AS social,
        sum(conversations) AS conversations, sum(meetings) AS meetings
    FROM stretches_of_accounts JOIN stretches s USING (stretch) WHERE s.p IS NOT NULL GROUP BY ALL
), scored AS (
    SELECT account_id, m.p, sum(points) * exp(({last_us} - epoch_us(any_value(m.hi))) * (ln(2) / 2592e9)) AS score
    FROM stretches_of_accounts JOIN stretches s USING (stretch)
        JOIN months m ON s.ends_us <= epoch_us(m.hi) AND s.ends_us > epoch_us(m.window_lo)
    GROUP BY ALL
), mails AS (
    SELECT account_id, s.p, count(*) AS sent
    FROM emails JOIN hours h ON h.number = epoch_us(sent_at) // 3600000000 JOIN stretches s USING (stretch)
    WHERE s.p IS NOT NULL GROUP BY ALL
), attended AS (
    SELECT account_id, m.p, count(*) AS attended
    FROM event_people JOIN months m ON attended_at >= m.lo AND attended_at < m.hi GROUP BY ALL
), engaged AS (
    -- the spans of one person do not overlap, so that spans are people
    SELECT account_id, m.p, count(*) AS people, count(*) FILTER (WHERE known_from < m.hi) AS known
    FROM contact_presence JOIN months m ON engaged_at < m.hi AND engaged_until >= m.hi GROUP BY ALL
), known AS (
    SELECT account_id, m.p, count(*) AS contacts
    FROM contacts JOIN months m ON created_at IS NULL OR created_at < m.hi
    WHERE NOT COALESCE(is_internal, FALSE) GROUP BY ALL
), figures AS (
    SELECT account_id, p, page_views, downloads, social, conversations, meetings, NULL AS score, NULL AS sent, NULL AS attended, NULL AS people, NULL AS known, NULL AS contacts FROM counted
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, score, NULL, NULL, NULL, NULL, NULL FROM scored
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, sent, NULL, NULL, NULL, NULL FROM mails
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, NULL, attended, NULL, NULL, NULL FROM attended
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, people, known, NULL FROM engaged
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, contacts FROM known
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, max(page_views) AS page_views, max(downloads) AS content_downloads,
    max(social) AS social_interactions, max(attended) AS event_attendance, max(sent) AS mails_sent,
    max(conversations) AS conversations, max(score) AS engagement_score, max(people) AS engaged_contacts,
    COALESCE(max(known), 0) / max(contacts) AS penetration, max(meetings) AS meetings
FROM figures GROUP BY ALL
