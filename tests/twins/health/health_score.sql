-- Per account at the month's end t: sum of weight x score / sum of weights over the components present (sheet 7, components of 13), each
-- mapped linearly to 0-100 and clipped; present weight below 50 % of all: no value. Mean over the accounts with a value (DESIGN 7).
-- engagement 25: engagement_score 0 -> 0, 100 -> 100; no events are 0 points, not missing (section 1).
-- adoption 25: seat_adoption 0 -> 0, 1 -> 100; no seats at t: missing.
-- sentiment 20: NPS -100 -> 0, 100 -> 100 of the latest response of each person of the account before t (AMBIGUOUS: however old; answers
-- without a contact are a person each, as in nps); nobody answered: missing.
-- relationship 15: days since the last touch ever 90 -> 0, 0 -> 100, beyond 90: 0; never touched: missing (null, section 1).
-- support 15: tickets created in [t - 30 d, t) 10 -> 0, 0 -> 100; none is 100, not missing.
-- So an account of which nothing else is known has 40 % and no value. Accounts created before t or undated. Tier just before t.
WITH present AS (
    SELECT m.period_start AS month, m.period_end AS t, c.account_id, tier_before(c.account_id, m.period_end) AS tier
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end),
engagement AS (
    SELECT p.month, p.account_id, coalesce(sum(points(a.kind) * 2 ^ (-(epoch(p.t - a.occurred_at) / 86400) / 30)), 0) AS x
    FROM present p LEFT JOIN activities a ON a.account_id = p.account_id AND a.occurred_at >= p.t - INTERVAL 90 DAYS AND a.occurred_at < p.t
    GROUP BY ALL),
covered AS (
    SELECT u.account_id, u.contact_id, u.occurred_at FROM usage_events u
    WHERE EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NULL
                  AND u.occurred_at >= l.started_on AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on))
      AND (u.feature IS NULL OR NOT EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NOT NULL)
           OR EXISTS (FROM licences l WHERE l.account_id = u.account_id AND l.feature = u.feature
                      AND u.occurred_at >= l.started_on AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on)))),
seats AS (
    SELECT p.month, p.t, p.account_id, sum(l.seats) AS seats
    FROM present p JOIN licences l ON l.account_id = p.account_id AND l.feature IS NULL AND live(l.started_on, l.ended_on, p.t) GROUP BY ALL),
adoption AS (
    SELECT s.month, s.account_id,
           (SELECT count(DISTINCT c.contact_id) FROM covered c WHERE c.account_id = s.account_id
            AND c.occurred_at >= s.t - INTERVAL 30 DAYS AND c.occurred_at < s.t) / nullif(s.seats, 0) AS x
    FROM seats s),
latest AS (
    SELECT p.month, p.account_id, r.score FROM present p JOIN survey_responses r ON r.account_id = p.account_id
    WHERE r.survey = 'nps' AND r.answered_at < p.t
    QUALIFY row_number() OVER (PARTITION BY p.month, p.account_id, coalesce(r.contact_id, r.response_id) ORDER BY r.answered_at DESC) = 1),
sentiment AS (
    SELECT month, account_id, 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(*) AS x
    FROM latest GROUP BY ALL),
relationship AS (
    SELECT p.month, p.account_id, epoch(p.t - max(a.occurred_at)) / 86400 AS x
    FROM present p JOIN activities a ON a.account_id = p.account_id AND a.occurred_at < p.t AND is_touch(a.kind, a.is_automated)
    GROUP BY p.month, p.t, p.account_id),
support AS (
    SELECT p.month, p.account_id, count(k.ticket_id) AS x
    FROM present p LEFT JOIN tickets k ON k.account_id = p.account_id AND k.created_at >= p.t - INTERVAL 30 DAYS AND k.created_at < p.t
    GROUP BY ALL),
components AS (
    SELECT month, account_id, 25 AS weight, x AS raw_score FROM engagement
    UNION ALL SELECT month, account_id, 25, 100 * x FROM adoption
    UNION ALL SELECT month, account_id, 20, (x + 100) / 2 FROM sentiment
    UNION ALL SELECT month, account_id, 15, 100 * (90 - x) / 90 FROM relationship
    UNION ALL SELECT month, account_id, 15, 100 * (10 - x) / 10 FROM support),
scored AS (
    SELECT p.month, p.tier, p.account_id,
           CASE WHEN sum(c.weight) >= 50 THEN sum(c.weight * greatest(0, least(100, c.raw_score))) / sum(c.weight) END AS score
    FROM present p JOIN components c ON c.month = p.month AND c.account_id = p.account_id AND c.raw_score IS NOT NULL
    GROUP BY ALL),
groups AS (SELECT DISTINCT tier FROM scored UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(s.score) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN scored s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
