-- Wrong: everybody who used anything in the month, our own people and use outside the licence too, over all seats ever sold.
SELECT m.period_start, (SELECT count(DISTINCT contact_id) FROM raw('usage_events') u WHERE ts(u.occurred_at) >= m.period_start AND ts(u.occurred_at) < m.period_end)
       / (SELECT sum(seats) FROM licences WHERE feature IS NULL)::DOUBLE AS value
FROM months m ORDER BY ALL
