/*
about: A day of an account on which anything was worth points or was a touch - the first and the last of it, points and touches.
key: [account_id, day]
primary: activities
reach:
  events: {engagements: occurred_at}
  only: {engagements: points <> 0 OR is_touch}
  at: first_at
  settled: KPI_ADD_DAYS(first_at, 1)
*/
SELECT e.account_id, KPI_LOCAL_DATE(e.occurred_at) AS day,
    MIN(e.occurred_at) AS first_at,
    MAX(e.occurred_at) AS last_at,
    SUM(e.points) AS points,
    SUM(CASE WHEN e.is_touch THEN 1 ELSE 0 END) AS touches
FROM engagements e
WHERE e.account_id IS NOT NULL AND (e.points <> 0 OR e.is_touch)
GROUP BY e.account_id, KPI_LOCAL_DATE(e.occurred_at)
