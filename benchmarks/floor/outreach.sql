-- An account is contacted once in a month, and won at one time.
SELECT account_id, s.p, 1 AS accounts_contacted, CASE WHEN min(won_at) < max(m.hi) THEN 1 ELSE 0 END AS client_acquisition_rate
FROM prospect_touches t JOIN hours h ON h.hour = date_trunc('hour', t.occurred_at) JOIN stretches s USING (stretch)
    JOIN months m USING (p)
GROUP BY 1, 2
