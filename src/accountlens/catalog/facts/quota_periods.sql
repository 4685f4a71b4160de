/*
about: What a sales person should win between two days. A quota is a plan - it is known before its time begins.
key: [owner_id, starts_at, ends_at]
primary: quotas
stored: false
*/
SELECT employee_id AS owner_id, period_start AS starts_at, period_end AS ends_at, amount, currency,
    CAST(NULL AS TIMESTAMP) AS known_from,
    CAST(NULL AS TIMESTAMP) AS known_to
FROM quotas
