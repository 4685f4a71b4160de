-- Typed, clean tables of the tiny company, by hand. Slow and obvious on purpose; owes nothing to the engine.
-- The variable `folder` names the folder of the CSVs. Rules: definition sheet section 13 "Rows", G1, G2, G6, G12.
SET TimeZone = 'UTC';
SET VARIABLE horizon = TIMESTAMP '2024-09-01';

-- ------------------------------------------------------------------ words used below
CREATE MACRO raw(entity) AS TABLE
    SELECT row_number() OVER () AS line, * FROM read_csv(getvariable('folder') || '/' || entity || '.csv', all_varchar = true, header = true);
-- ISO 8601; UTC unless an offset is given. (A plain cast to TIMESTAMP would silently drop the offset in DuckDB 2.0.)
CREATE MACRO ts(text) AS try_cast(text AS TIMESTAMPTZ) AT TIME ZONE 'UTC';
CREATE MACRO num(text) AS try_cast(text AS DOUBLE);
CREATE MACRO day(text) AS try_cast(text AS DATE);
CREATE MACRO garbled(text, typed) AS text IS NOT NULL AND typed IS NULL;

-- the seven asked months
CREATE TABLE months AS
    SELECT d::DATE AS period_start, (d + INTERVAL 1 MONTH)::DATE AS period_end
    FROM generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2024-07-01', INTERVAL 1 MONTH) AS g(d);

-- ------------------------------------------------------------------ currency
CREATE TABLE fx_rates AS
    SELECT day(rate_date) AS rate_date, from_currency, num(rate) AS rate
    FROM raw('fx_rates')
    WHERE to_currency = 'EUR' AND day(rate_date) IS NOT NULL AND num(rate) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY rate_date, from_currency ORDER BY line DESC) = 1;
-- euros at the latest rate on or before the date; null when there is none (G5, section 13)
CREATE MACRO eur(amount, currency, moment) AS
    amount * CASE WHEN coalesce(currency, 'EUR') = 'EUR' THEN 1.0
                  ELSE (SELECT arg_max(f.rate, f.rate_date) FROM fx_rates f
                        WHERE f.from_currency = currency AND f.rate_date <= CAST(moment AS DATE)) END;

-- ------------------------------------------------------------------ accounts, and their tier as it was
CREATE TABLE accounts AS
    SELECT account_id, name, tier, num(fit_score) AS fit_score, ts(created_at) AS created_at
    FROM raw('accounts')
    WHERE account_id IS NOT NULL
      AND NOT garbled(created_at, ts(created_at)) AND NOT garbled(fit_score, num(fit_score)) AND NOT garbled(employees, num(employees))
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY line DESC) = 1;

CREATE TABLE tier_history AS
    SELECT account_id, value AS tier, ts(valid_from) AS valid_from, ts(valid_to) AS valid_to
    FROM raw('account_history')
    WHERE attribute = 'tier' AND ts(valid_from) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY account_id, ts(valid_from) ORDER BY line DESC) = 1;

-- Macros paste their arguments, so the tables they look into carry column names nobody passes (of_account, ...).
-- One span per value: [from_ts, to_ts). The earliest recorded value reaches back for ever;
-- outside every recorded span afterwards, and without history, the current value holds.
CREATE TABLE tier_spans AS
    WITH recorded AS (
        SELECT account_id, tier,
               CASE WHEN row_number() OVER w = 1 THEN '-infinity'::TIMESTAMP ELSE valid_from END AS from_ts,
               least(coalesce(valid_to, 'infinity'), coalesce(lead(valid_from) OVER w, 'infinity')) AS to_ts
        FROM tier_history
        WINDOW w AS (PARTITION BY account_id ORDER BY valid_from))
    SELECT account_id AS of_account, tier AS tier_then, from_ts, to_ts FROM recorded
    UNION ALL
    SELECT a.account_id, a.tier, coalesce(max(r.to_ts), '-infinity'), 'infinity'::TIMESTAMP
    FROM accounts a LEFT JOIN recorded r USING (account_id)
    GROUP BY a.account_id, a.tier
    HAVING coalesce(max(r.to_ts), '-infinity') < 'infinity'::TIMESTAMP;

-- The tier of an event at t (a change at t itself already holds) ...
CREATE MACRO tier_at(account, t) AS
    CASE WHEN account IS NULL THEN '(unmatched)'
         ELSE (SELECT coalesce(any_value(s.tier_then), '(unknown)') FROM tier_spans s
               WHERE s.of_account = account AND s.from_ts <= t AND t < s.to_ts) END;
-- ... and of a stock just before t (a change at t itself does not hold yet: G2).
CREATE MACRO tier_before(account, t) AS
    CASE WHEN account IS NULL THEN '(unmatched)'
         ELSE (SELECT coalesce(any_value(s.tier_then), '(unknown)') FROM tier_spans s
               WHERE s.of_account = account AND s.from_ts < t AND t <= s.to_ts) END;

-- ------------------------------------------------------------------ people
CREATE TABLE contacts AS
    WITH clean AS (
        SELECT contact_id, account_id, lower(email) AS email, ts(created_at) AS created_at,
               coalesce(is_internal::BOOLEAN, false) AS is_internal
        FROM raw('contacts')
        WHERE contact_id IS NOT NULL AND NOT garbled(created_at, ts(created_at))
        QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY line DESC) = 1)
    SELECT c.* REPLACE (a.account_id AS account_id) FROM clean c LEFT JOIN accounts a USING (account_id);

CREATE TABLE employees AS SELECT employee_id, name, team FROM raw('employees');

-- The account of a row: its own account_id when known, else the contact's account, else null = (unmatched).
CREATE TABLE account_lookup AS SELECT account_id AS known_id FROM accounts;
CREATE TABLE person_lookup AS SELECT contact_id AS person_id, account_id AS person_account, is_internal AS person_internal FROM contacts;
CREATE MACRO known_account(own_account, contact) AS
    coalesce((SELECT any_value(known_id) FROM account_lookup WHERE known_id = own_account),
             (SELECT any_value(person_account) FROM person_lookup WHERE person_id = contact));
CREATE MACRO internal(contact) AS
    coalesce((SELECT bool_or(person_internal) FROM person_lookup WHERE person_id = contact), false);

-- The target list: members of its group target (control is the other group). On it at a moment ts: joined_at <= ts < left_at (G7);
-- as a stock just before t: joined_at < t <= left_at (the macro `live` below).
CREATE TABLE target_members AS
    SELECT DISTINCT known_account(account_id, NULL) AS account_id, ts(joined_at) AS joined_at, ts(left_at) AS left_at
    FROM raw('account_list_members')
    WHERE list = 'target' AND "group" = 'target' AND ts(joined_at) IS NOT NULL AND NOT garbled(left_at, ts(left_at))
      AND (left_at IS NULL OR ts(left_at) >= ts(joined_at)) AND known_account(account_id, NULL) IS NOT NULL;

-- ------------------------------------------------------------------ activities (bots and our own people are out: G6)
CREATE TABLE activities AS
    WITH clean AS (
        SELECT *, ts(occurred_at) AS moment FROM raw('activities')
        WHERE activity_id IS NOT NULL AND ts(occurred_at) IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY activity_id ORDER BY line DESC) = 1)
    SELECT activity_id, moment AS occurred_at, kind, known_account(account_id, contact_id) AS account_id, contact_id,
           direction, campaign_id, opportunity_id, session_id, message_id, status,
           coalesce(is_automated::BOOLEAN, false) AS is_automated
    FROM clean
    WHERE NOT coalesce(is_bot::BOOLEAN, false) AND NOT internal(contact_id) AND moment < getvariable('horizon');

-- Points of an activity (section 13 "Engagement"); a qualifying event has points > 0.
CREATE MACRO points(kind) AS
    CASE kind WHEN 'page_view' THEN 1.0 WHEN 'email_opened' THEN 0.5 WHEN 'email_clicked' THEN 2 WHEN 'email_replied' THEN 5
              WHEN 'content_downloaded' THEN 5 WHEN 'form_submitted' THEN 5 WHEN 'event_registered' THEN 2
              WHEN 'event_attended' THEN 10 WHEN 'social_interaction' THEN 1 WHEN 'ad_clicked' THEN 1 WHEN 'chat' THEN 3
              WHEN 'message' THEN 2 WHEN 'call' THEN 8 WHEN 'meeting' THEN 15 ELSE 0 END;
-- Touch: call, meeting, message, chat, e-mail sent by hand or replied (section 13).
CREATE MACRO is_touch(kind, is_automated) AS
    kind IN ('call', 'meeting', 'message', 'chat', 'email_replied') OR (kind = 'email_sent' AND NOT is_automated);

-- ------------------------------------------------------------------ leads and stages
CREATE TABLE leads AS
    WITH clean AS (
        SELECT * FROM raw('leads')
        WHERE lead_id IS NOT NULL AND ts(created_at) IS NOT NULL AND NOT garbled(score, num(score))
        QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY line DESC) = 1)
    SELECT lead_id, ts(created_at) AS created_at, known_account(account_id, contact_id) AS account_id,
           coalesce(lower(email), contact_id, lead_id) AS person, num(score) AS score,
           ts(became_mql_at) AS became_mql_at, ts(became_sql_at) AS became_sql_at,
           coalesce(budget::BOOLEAN, false) AS budget, coalesce(authority::BOOLEAN, false) AS authority,
           coalesce(need::BOOLEAN, false) AS need, coalesce(timeline::BOOLEAN, false) AS timeline
    FROM clean
    WHERE NOT internal(contact_id);

CREATE TABLE account_stage_events AS
    SELECT DISTINCT known_account(account_id, NULL) AS account_id, stage, ts(occurred_at) AS occurred_at
    FROM raw('account_stage_events')
    WHERE account_id IS NOT NULL AND ts(occurred_at) IS NOT NULL;

-- ------------------------------------------------------------------ opportunities
CREATE TABLE opportunities AS
    WITH clean AS (
        SELECT *, ts(created_at) AS created, ts(closed_at) AS closed FROM raw('opportunities')
        WHERE opportunity_id IS NOT NULL AND status IN ('open', 'won', 'lost', 'disqualified')
          AND NOT garbled(created_at, ts(created_at)) AND NOT garbled(closed_at, ts(closed_at))
          AND NOT garbled(amount, num(amount)) AND coalesce(num(amount), 0) >= 0
        QUALIFY row_number() OVER (PARTITION BY opportunity_id ORDER BY line DESC) = 1)
    SELECT opportunity_id, status, known_account(account_id, NULL) AS account_id, owner_id, type,
           created AS created_at, closed AS closed_at, ts(qualified_at) AS qualified_at, num(probability) AS probability,
           num(amount) AS amount_own, coalesce(currency, 'EUR') AS currency,
           eur(num(amount), currency, coalesce(closed, created)) AS amount  -- euros at the event's date: the closing
    FROM clean
    WHERE amount IS NULL OR eur(1.0, currency, coalesce(closed, created)) IS NOT NULL;

CREATE TABLE opportunity_history AS
    SELECT opportunity_id, ts(changed_at) AS changed_at, stage, num(amount) AS amount, num(probability) AS probability
    FROM raw('opportunity_history')
    WHERE opportunity_id IS NOT NULL AND ts(changed_at) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY opportunity_id, ts(changed_at) ORDER BY line DESC) = 1;

-- ------------------------------------------------------------------ money spent, quotas
CREATE TABLE costs AS
    SELECT cost_id, day(spent_on) AS spent_on, "function", eur(num(amount), currency, day(spent_on)) AS amount
    FROM raw('costs')
    WHERE cost_id IS NOT NULL AND day(spent_on) IS NOT NULL AND eur(num(amount), currency, day(spent_on)) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY cost_id ORDER BY line DESC) = 1;

CREATE TABLE quotas AS
    SELECT employee_id, day(period_start) AS period_start, day(period_end) AS period_end, num(amount) AS amount
    FROM raw('quotas')
    WHERE employee_id IS NOT NULL AND day(period_end) >= day(period_start) AND num(amount) >= 0
    QUALIFY row_number() OVER (PARTITION BY employee_id, period_start ORDER BY line DESC) = 1;

-- ------------------------------------------------------------------ subscriptions: price 0 is no subscription (section 5)
CREATE TABLE subscriptions AS
    WITH clean AS (
        SELECT *, day(started_on) AS started, day(ended_on) AS ended,
               coalesce(num(mrr), num(price) * coalesce(num(quantity), 1) * (1 - coalesce(num(discount), 0))
                                  / coalesce(num(billing_months), 1)) AS amount
        FROM raw('subscriptions')
        WHERE subscription_id IS NOT NULL AND day(started_on) IS NOT NULL AND NOT garbled(ended_on, day(ended_on))
          AND (ended_on IS NULL OR day(ended_on) >= day(started_on))
          AND coalesce(num(mrr), 0) >= 0 AND coalesce(num(price), 0) >= 0
        QUALIFY row_number() OVER (PARTITION BY subscription_id ORDER BY line DESC) = 1)
    SELECT subscription_id, known_account(account_id, NULL) AS account_id, started AS started_on, ended AS ended_on,
           eur(amount, currency, started) AS mrr
    FROM clean
    WHERE eur(amount, currency, started) > 0;
-- live at t: started before t, not ended before t (G2). A subscription of [10 Feb, 10 May) is live at the instants
-- 11 Feb 00:00 up to and including 10 May 00:00.
CREATE MACRO live(started_on, ended_on, t) AS started_on < t AND (ended_on IS NULL OR ended_on >= t);

CREATE TABLE contracts AS
    SELECT contract_id, known_account(account_id, NULL) AS account_id, day(ends_on) AS ends_on, decision, ts(decided_at) AS decided_at,
           eur(num(value), currency, day(ends_on)) AS value, eur(num(renewed_value), currency, day(ends_on)) AS renewed_value
    FROM raw('contracts')
    WHERE contract_id IS NOT NULL AND day(ends_on) >= day(started_on) AND coalesce(num(value), 0) >= 0
    QUALIFY row_number() OVER (PARTITION BY contract_id ORDER BY line DESC) = 1;

-- ------------------------------------------------------------------ order lines
CREATE TABLE orders AS
    SELECT order_id, known_account(account_id, NULL) AS account_id, ts(ordered_at) AS ordered_at,
           eur(num(amount), currency, ts(ordered_at)) AS amount, coalesce(kind, 'sale') AS kind, source
    FROM raw('orders')
    WHERE order_id IS NOT NULL AND ts(ordered_at) IS NOT NULL AND eur(num(amount), currency, ts(ordered_at)) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY order_id, line_id ORDER BY line DESC) = 1;

-- ------------------------------------------------------------------ product use
CREATE TABLE usage_events AS
    SELECT DISTINCT known_account(account_id, contact_id) AS account_id, ts(occurred_at) AS occurred_at, contact_id, feature
    FROM raw('usage_events')
    WHERE ts(occurred_at) IS NOT NULL AND NOT internal(contact_id);

CREATE TABLE licences AS
    SELECT DISTINCT known_account(account_id, NULL) AS account_id, feature, num(seats) AS seats,
           day(started_on) AS started_on, day(ended_on) AS ended_on
    FROM raw('licences')
    WHERE NOT garbled(seats, num(seats)) AND (ended_on IS NULL OR day(ended_on) >= day(started_on));

-- ------------------------------------------------------------------ support
CREATE TABLE tickets AS
    WITH clean AS (
        SELECT * FROM raw('tickets')
        WHERE ticket_id IS NOT NULL AND ts(created_at) IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY ticket_id ORDER BY line DESC) = 1)
    SELECT ticket_id, ts(created_at) AS created_at, known_account(account_id, contact_id) AS account_id,
           ts(first_response_at) AS first_response_at, ts(solved_at) AS solved_at, ts(reopened_at) AS reopened_at
    FROM clean
    WHERE NOT internal(contact_id);

CREATE TABLE ticket_comments AS
    SELECT DISTINCT ticket_id, ts(occurred_at) AS occurred_at, author_kind, is_public::BOOLEAN AS is_public
    FROM raw('ticket_comments')
    WHERE ts(occurred_at) IS NOT NULL;

-- ------------------------------------------------------------------ voice
-- A score outside its scale is quarantined; scales when not given: nps, enps 0-10; csat, esat 1-5; ces 1-7.
CREATE TABLE survey_responses AS
    WITH scaled AS (
        SELECT *, coalesce(num(scale_min), CASE WHEN survey IN ('nps', 'enps') THEN 0 ELSE 1 END) AS lowest,
               coalesce(num(scale_max), CASE WHEN survey IN ('nps', 'enps') THEN 10 WHEN survey = 'ces' THEN 7 ELSE 5 END) AS highest
        FROM raw('survey_responses')),
    clean AS (
        SELECT * FROM scaled
        WHERE response_id IS NOT NULL AND survey IN ('nps', 'csat', 'ces', 'enps', 'esat') AND ts(answered_at) IS NOT NULL
          AND NOT garbled(score, num(score)) AND (score IS NULL OR num(score) BETWEEN lowest AND highest)
        QUALIFY row_number() OVER (PARTITION BY response_id ORDER BY line DESC) = 1)
    SELECT response_id, survey, ts(answered_at) AS answered_at, num(score) AS score, highest AS scale_max,
           known_account(account_id, contact_id) AS account_id, contact_id, employee_id
    FROM clean
    WHERE score IS NOT NULL AND NOT internal(contact_id);  -- a null score is no response (section 6)

CREATE TABLE survey_invitations AS
    WITH clean AS (
        SELECT * FROM raw('survey_invitations')
        WHERE invitation_id IS NOT NULL AND ts(sent_at) IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY invitation_id ORDER BY line DESC) = 1)
    SELECT invitation_id, survey, ts(sent_at) AS sent_at, known_account(account_id, contact_id) AS account_id, delivered::BOOLEAN AS delivered
    FROM clean
    WHERE NOT internal(contact_id);

CREATE TABLE advocacy_events AS
    SELECT event_id, ts(occurred_at) AS occurred_at, kind, known_account(account_id, NULL) AS account_id, sentiment, num(rating) AS rating,
           ts(valid_until) AS valid_until
    FROM raw('advocacy_events')
    WHERE event_id IS NOT NULL AND ts(occurred_at) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY line DESC) = 1;

-- ------------------------------------------------------------------ for attribution, goals and whitespace

-- ------------------------------------------------------------------ campaigns and their touches
CREATE TABLE campaigns AS
    SELECT campaign_id, channel, program FROM raw('campaigns') WHERE campaign_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY campaign_id ORDER BY line DESC) = 1;

-- Touches of attribution and influence (13): activities with a campaign_id by people of the account; the channel is the campaign's,
-- else the activity's. Bots, our own people and rows of no account are out already or here (G6).
-- AMBIGUOUS "by people of the account". Read as account_disengagement_rate reads it: what we only send at them is not their deed.
CREATE TABLE campaign_touches AS
    WITH own_channel AS (
        SELECT activity_id, channel FROM raw('activities') WHERE activity_id IS NOT NULL AND ts(occurred_at) IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY activity_id ORDER BY line DESC) = 1)
    SELECT a.activity_id, a.occurred_at, a.kind, a.account_id, a.contact_id, a.campaign_id,
           coalesce(c.channel, o.channel, '(unknown)') AS channel, coalesce(c.program, '(unknown)') AS program
    FROM activities a JOIN own_channel o USING (activity_id) LEFT JOIN campaigns c USING (campaign_id)
    WHERE a.campaign_id IS NOT NULL AND a.account_id IS NOT NULL
      AND a.kind NOT IN ('email_sent', 'email_delivered', 'email_bounced', 'ad_impression');

-- Paths: for each decided opportunity of a known account the account's touches in [closing - 90 d, closing], both ends inclusive
-- (6: "ts <= conversion"; the lower end as in G1), ordered by ts, then id. A lost one's path is a Markov null path.
CREATE TABLE paths AS
    SELECT o.opportunity_id, o.status, o.account_id, o.created_at AS opp_created_at, o.closed_at, coalesce(o.amount, 0) AS amount,
           (SELECT min(l.created_at) FROM leads l WHERE l.account_id = o.account_id) AS lead_created_at,
           t.activity_id, t.occurred_at, t.channel, t.program, t.contact_id,
           row_number() OVER (PARTITION BY o.opportunity_id ORDER BY t.occurred_at, t.activity_id) AS pos,
           count(*) OVER (PARTITION BY o.opportunity_id) AS n
    FROM opportunities o JOIN campaign_touches t
        ON t.account_id = o.account_id AND t.occurred_at >= o.closed_at - INTERVAL 90 DAYS AND t.occurred_at <= o.closed_at
    WHERE o.status IN ('won', 'lost') AND o.closed_at >= DATE '2024-01-01' AND o.closed_at < DATE '2024-08-01';

-- The position of a milestone's touch: the last touch at or before it; none when the milestone is unknown, later than the
-- conversion (G1: not visible then), or before the first touch of the path.
CREATE TABLE milestones AS
    SELECT opportunity_id, 1 AS first_pos, max(n) AS won_pos,
           max(pos) FILTER (WHERE occurred_at <= lead_created_at AND lead_created_at <= closed_at) AS lead_pos,
           max(pos) FILTER (WHERE occurred_at <= opp_created_at AND opp_created_at <= closed_at) AS opp_pos
    FROM paths WHERE status = 'won' GROUP BY opportunity_id;

-- ------------------------------------------------------------------ columns the first twins did not need
CREATE TABLE opportunity_sources AS
    SELECT opportunity_id, source, product_id FROM raw('opportunities') WHERE opportunity_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY opportunity_id ORDER BY line DESC) = 1;
CREATE TABLE lead_sources AS
    SELECT lead_id, source FROM raw('leads') WHERE lead_id IS NOT NULL AND ts(created_at) IS NOT NULL AND NOT garbled(score, num(score))
    QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY line DESC) = 1;
CREATE TABLE opportunity_contacts AS
    SELECT opportunity_id, contact_id, any_value(role) AS role FROM raw('opportunity_contacts')
    WHERE opportunity_id IS NOT NULL AND contact_id IS NOT NULL GROUP BY ALL;
CREATE TABLE buying_roles AS
    SELECT contact_id, buying_role FROM raw('contacts') WHERE contact_id IS NOT NULL AND NOT garbled(created_at, ts(created_at))
    QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY line DESC) = 1;
CREATE TABLE account_segments AS
    SELECT account_id, segment FROM raw('accounts')
    WHERE account_id IS NOT NULL
      AND NOT garbled(created_at, ts(created_at)) AND NOT garbled(fit_score, num(fit_score)) AND NOT garbled(employees, num(employees))
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY line DESC) = 1;
CREATE TABLE subscription_products AS
    SELECT subscription_id, product_id FROM raw('subscriptions') WHERE subscription_id IS NOT NULL AND day(started_on) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY subscription_id ORDER BY line DESC) = 1;
CREATE TABLE order_lines AS
    SELECT order_id, known_account(account_id, NULL) AS account_id, ts(ordered_at) AS ordered_at, product_id, coalesce(kind, 'sale') AS kind
    FROM raw('orders')
    WHERE order_id IS NOT NULL AND ts(ordered_at) IS NOT NULL AND eur(num(amount), currency, ts(ordered_at)) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY order_id, line_id ORDER BY line DESC) = 1;
CREATE TABLE campaign_costs AS
    SELECT c.cost_id, c.spent_on, c.amount, coalesce(r.program, k.program) AS program
    FROM costs c
    JOIN (SELECT * FROM raw('costs') WHERE cost_id IS NOT NULL
          QUALIFY row_number() OVER (PARTITION BY cost_id ORDER BY line DESC) = 1) r USING (cost_id)
    LEFT JOIN campaigns k ON k.campaign_id = r.campaign_id
    WHERE r.program IS NOT NULL OR r.campaign_id IS NOT NULL;
-- both groups of the list: target and control
CREATE TABLE group_members AS
    SELECT DISTINCT known_account(account_id, NULL) AS account_id, "group" AS list_group, ts(joined_at) AS joined_at, ts(left_at) AS left_at
    FROM raw('account_list_members')
    WHERE list = 'target' AND ts(joined_at) IS NOT NULL AND NOT garbled(left_at, ts(left_at))
      AND (left_at IS NULL OR ts(left_at) >= ts(joined_at)) AND known_account(account_id, NULL) IS NOT NULL;

-- ------------------------------------------------------------------ goals, eligibility (entities the first company lacks)
CREATE TABLE goals AS
    SELECT goal_id, known_account(account_id, NULL) AS account_id, num(baseline) AS baseline, num(target) AS target,
           day(set_on) AS set_on, day(due_on) AS due_on, day(achieved_on) AS achieved_on
    FROM raw('goals')
    WHERE goal_id IS NOT NULL AND num(target) IS NOT NULL AND NOT garbled(baseline, num(baseline))
      AND NOT garbled(set_on, day(set_on)) AND NOT garbled(due_on, day(due_on)) AND NOT garbled(achieved_on, day(achieved_on))
    QUALIFY row_number() OVER (PARTITION BY goal_id ORDER BY line DESC) = 1;
CREATE TABLE goal_progress AS
    SELECT goal_id, day(measured_on) AS measured_on, num(actual) AS actual
    FROM raw('goal_progress')
    WHERE goal_id IS NOT NULL AND day(measured_on) IS NOT NULL AND num(actual) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY goal_id, day(measured_on) ORDER BY line DESC) = 1;
-- The eligible pairs: named by account or by segment, a pair once; a potential of the pair itself outranks the segment's.
CREATE TABLE eligible AS
    WITH named AS (
        SELECT e.product_id, a.account_id, num(e.potential) AS potential, e.account_id IS NOT NULL AS by_account, e.line
        FROM raw('product_eligibility') e
        JOIN account_segments a ON a.account_id = e.account_id OR (e.account_id IS NULL AND a.segment = e.segment)
        WHERE e.product_id IS NOT NULL AND NOT garbled(e.potential, num(e.potential)))
    SELECT product_id, account_id, potential FROM named
    QUALIFY row_number() OVER (PARTITION BY product_id, account_id ORDER BY by_account DESC, line DESC) = 1;
