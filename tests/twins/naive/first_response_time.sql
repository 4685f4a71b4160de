-- Wrong: the column of the help desk; its clock stops at a bot.
SELECT m.period_start, median(epoch(k.first_response_at - k.created_at) / 60) AS value
FROM months m LEFT JOIN tickets k ON date_trunc('month', k.created_at) = m.period_start
GROUP BY ALL ORDER BY ALL
