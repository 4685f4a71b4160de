WITH seats AS (
    SELECT account_id, m.p, sum(seats) AS seats
    FROM licensed_seats JOIN months m ON (started_on IS NULL OR started_on < m.hi) AND (ended_on IS NULL OR ended_on >= m.hi)
    WHERE NOT is_anonymous GROUP BY 1, 2
), users AS (
    SELECT account_id, m.p, count(*) AS users FROM seat_users JOIN months m ON from_at < m.hi AND to_at >= m.hi GROUP BY 1, 2
)
SELECT account_id, p, seats, COALESCE(users, 0) AS users FROM seats LEFT JOIN users USING (account_id, p)
