-- Wrong: a blank source is nobody's; the source of the customer's first order speaks for the later ones.
SELECT m.period_start, coalesce(sum(o.amount) FILTER (WHERE o.source IN ('reference', 'referral')), 0) / nullif(sum(o.amount), 0) AS value
FROM months m LEFT JOIN orders o ON date_trunc('month', o.ordered_at) = m.period_start
GROUP BY ALL ORDER BY ALL
