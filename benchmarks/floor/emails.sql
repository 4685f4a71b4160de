WITH counted AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, s.p, count(*) AS sent,
        count(*) FILTER (WHERE delivered) AS delivered,
        count(*) FILTER (WHERE delivered AND opened_at < c.horizon) AS opened,
        count(*) FILTER (WHERE delivered AND clicked_at < c.horizon) AS clicked,
        count(*) FILTER (WHERE hard_bounced_at < c.horizon) AS hard,
        count(*) FILTER (WHERE soft_bounced_at < c.horizon AND NOT COALESCE(hard_bounced_at < c.horizon, FALSE)) AS soft
    FROM emails e JOIN hours h ON h.hour = date_trunc('hour', e.sent_at) JOIN stretches s USING (stretch),
        (SELECT max(horizon) AS horizon FROM months) c,
        LATERAL (SELECT bounced_at IS NULL OR bounced_at >= c.horizon AS delivered)
    WHERE s.p IS NOT NULL GROUP BY 1, 2
)
SELECT account_id, p, opened / nullif(delivered, 0) AS email_open_rate, clicked / nullif(delivered, 0) AS email_click_rate,
    clicked / nullif(opened, 0) AS email_ctor, hard / sent AS email_hard_bounce_rate, soft / sent AS email_soft_bounce_rate
FROM counted
