-- Wrong: the mean; one ticket of two months outweighs all others (stat=median).
SELECT m.period_start, avg(epoch(k.solved_at - k.created_at) / 3600) AS value
FROM months m LEFT JOIN tickets k ON date_trunc('month', k.solved_at) = m.period_start
    AND (k.reopened_at IS NULL OR k.reopened_at <= k.solved_at)
GROUP BY ALL ORDER BY ALL
