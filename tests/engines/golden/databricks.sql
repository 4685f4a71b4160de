-- KPI_ADD_DAYS
SELECT (`a` + MAKE_DT_INTERVAL(0, 0, 0, 86400e0 * (`n`))) AS `x` FROM `t`;

-- KPI_ADD_MONTHS
SELECT (CASE WHEN FROM_UTC_TIMESTAMP(CAST((TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(`n` AS INT), (FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin'))) + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) AS TIMESTAMP), 'Europe/Berlin') = DATE_ADD(MONTH, CAST(`n` AS INT), (FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin'))) THEN (TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(`n` AS INT), (FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin'))) + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) ELSE TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(`n` AS INT), (FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin'))) AS TIMESTAMP), 'Europe/Berlin') END) AS `x` FROM `t`;

-- KPI_AT_MIDNIGHT
SELECT ((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) AS `x` FROM `t`;

-- KPI_DAYS
SELECT (((UNIX_MICROS(`b`) - UNIX_MICROS(`a`)) / 1e6) / 86400e0) AS `x` FROM `t`;

-- KPI_DOUBLE
SELECT CAST(`a` AS DOUBLE) AS `x` FROM `t`;

-- KPI_DURATION
SELECT (CASE WHEN ((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) AND ((FROM_UTC_TIMESTAMP(CAST(`b` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`b` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) THEN CAST(DATEDIFF(DAY, CAST((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS DATE), CAST((FROM_UTC_TIMESTAMP(CAST(`b` AS TIMESTAMP), 'Europe/Berlin')) AS DATE)) AS DOUBLE) ELSE (((UNIX_MICROS(`b`) - UNIX_MICROS(`a`)) / 1e6) / 86400e0) END) AS `x` FROM `t`;

-- KPI_EARLIEST
SELECT MIN_BY(`a`, CASE WHEN NOT `a` IS NULL THEN `b` END) AS `x` FROM `t`;

-- KPI_HALF
SELECT POWER(2e0, -(`n`) / CAST(7 AS DOUBLE)) AS `x` FROM `t`;

-- KPI_HOURS
SELECT (((UNIX_MICROS(`b`) - UNIX_MICROS(`a`)) / 1e6) / 3600e0) AS `x` FROM `t`;

-- KPI_INSTANT
SELECT CAST(`a` AS TIMESTAMP) AS `x` FROM `t`;

-- KPI_LATEST
SELECT MAX_BY(`a`, CASE WHEN NOT `a` IS NULL THEN `b` END) AS `x` FROM `t`;

-- KPI_LOCAL
SELECT (FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS `x` FROM `t`;

-- KPI_LOCAL_DATE
SELECT CAST((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS `x` FROM `t`;

-- KPI_MEDIAN
SELECT PERCENTILE(`a`, 0.5) AS `x` FROM `t`;

-- KPI_MINUTES
SELECT (((UNIX_MICROS(`b`) - UNIX_MICROS(`a`)) / 1e6) / 60e0) AS `x` FROM `t`;

-- KPI_NTH
SELECT GET(SORT_ARRAY(COLLECT_LIST(`a`)), CAST(CAST(`n` AS INT) AS INT) - 1) AS `x` FROM `t`;

-- KPI_PRINT
SELECT XXHASH64(`a`) AS `x` FROM `t`;

-- KPI_QUANTILE
SELECT PERCENTILE(`a`, 0.9) AS `x` FROM `t`;

-- KPI_RATIO
SELECT (CAST(`a` AS DOUBLE) / NULLIF(CAST(`b` AS DOUBLE), 0)) AS `x` FROM `t`;

-- KPI_SECONDS
SELECT ((UNIX_MICROS(`b`) - UNIX_MICROS(`a`)) / 1e6) AS `x` FROM `t`;

-- KPI_UTC
SELECT (CASE WHEN FROM_UTC_TIMESTAMP(CAST((TO_UTC_TIMESTAMP(CAST(`a` + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) AS TIMESTAMP), 'Europe/Berlin') = `a` THEN (TO_UTC_TIMESTAMP(CAST(`a` + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) ELSE TO_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin') END) AS `x` FROM `t`;

-- KPI_WHOLE_DAYS
SELECT DATEDIFF(DAY, CAST((FROM_UTC_TIMESTAMP(CAST(`a` AS TIMESTAMP), 'Europe/Berlin')) AS DATE), CAST((FROM_UTC_TIMESTAMP(CAST(`b` AS TIMESTAMP), 'Europe/Berlin')) AS DATE)) AS `x` FROM `t`;

-- subscription_spans
WITH `priced` AS (SELECT `s`.`subscription_id`, `s`.`account_id`, `s`.`product_id`, `s`.`seats`, `s`.`started_on`, COALESCE(`s`.`account_id`, `s`.`account_id_given`, `s`.`subscription_id`) AS `payer_id`, COALESCE(`s`.`mrr`, (CAST((`s`.`price` * COALESCE(`s`.`quantity`, 1) * (1 - CASE WHEN 'applied' = 'applied' THEN COALESCE(`s`.`discount`, 0) ELSE 0 END)) AS DOUBLE) / NULLIF(CAST(COALESCE(`s`.`billing_months`, 1) AS DOUBLE), 0))) AS `monthly`, COALESCE(`s`.`mrr_given`, (CAST((`s`.`price_given` * COALESCE(`s`.`quantity`, 1) * (1 - CASE WHEN 'applied' = 'applied' THEN COALESCE(`s`.`discount`, 0) ELSE 0 END)) AS DOUBLE) / NULLIF(CAST(COALESCE(`s`.`billing_months`, 1) AS DOUBLE), 0))) AS `monthly_given`, `s`.`currency`, CASE WHEN 'term_end' = 'cancelled' THEN COALESCE(`s`.`cancelled_at`, `s`.`ended_on`) ELSE `s`.`ended_on` END AS `ends_at` FROM `subscriptions` AS `s`)
SELECT `subscription_id`, `account_id`, `payer_id`, `product_id`, `seats`, `started_on` AS `started_at`, `ends_at` AS `ended_at`, `monthly` AS `mrr`, `monthly_given` AS `mrr_given`, `currency`, MIN(`started_on`) OVER (PARTITION BY `account_id`, `payer_id`) AS `first_started_at` FROM `priced`
WHERE `monthly` > 0 AND (`ends_at` IS NULL OR `ends_at` > `started_on`) AND ('counted' = 'counted' OR `ends_at` IS NULL OR `ends_at` >= (CASE WHEN FROM_UTC_TIMESTAMP(CAST((TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(1 AS INT), (FROM_UTC_TIMESTAMP(CAST(`started_on` AS TIMESTAMP), 'Europe/Berlin'))) + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) AS TIMESTAMP), 'Europe/Berlin') = DATE_ADD(MONTH, CAST(1 AS INT), (FROM_UTC_TIMESTAMP(CAST(`started_on` AS TIMESTAMP), 'Europe/Berlin'))) THEN (TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(1 AS INT), (FROM_UTC_TIMESTAMP(CAST(`started_on` AS TIMESTAMP), 'Europe/Berlin'))) + INTERVAL '1' DAY AS TIMESTAMP), 'Europe/Berlin') - INTERVAL '1' DAY) ELSE TO_UTC_TIMESTAMP(CAST(DATE_ADD(MONTH, CAST(1 AS INT), (FROM_UTC_TIMESTAMP(CAST(`started_on` AS TIMESTAMP), 'Europe/Berlin'))) AS TIMESTAMP), 'Europe/Berlin') END));

-- required_roles
SELECT `a`.`account_id`, `r`.`value` AS `buying_role`, `a`.`known_at`, `a`.`gone_at`, COUNT(*) OVER (PARTITION BY `a`.`account_id`) AS `roles` FROM `known_accounts` AS `a`
CROSS
JOIN (SELECT `v`.`value`
FROM VALUES ('champion'), ('economic_buyer'), ('decision_maker'), ('technical') AS `v`(`value`)) AS `r`;

-- event_people
WITH `seats` AS (SELECT COALESCE(`contact_id`, `activity_id`) AS `person_id`, COALESCE(`campaign_id`, `activity_id`) AS `event_id`, `campaign_id`, `contact_id`, `account_id`, `channel`, `kind`, `status`, `occurred_at` FROM `engagements`
WHERE `kind` IN ('event_registered', 'event_attended'))
SELECT `person_id`, `event_id`, MIN(`campaign_id`) AS `campaign_id`, MIN(`contact_id`) AS `contact_id`, MIN(`account_id`) AS `account_id`, MIN(`channel`) AS `channel`, MIN(`occurred_at`) FILTER(WHERE `kind` = 'event_registered') AS `registered_at`, MIN(`occurred_at`) FILTER(WHERE `kind` = 'event_attended' AND COALESCE(`status`, 'attended') = 'attended') AS `attended_at` FROM `seats`
GROUP BY `person_id`, `event_id`;

-- mqa_spans
WITH `changes` AS (SELECT `account_id`, `entered_at` AS `changed_at`, 1 AS `points`, 0 AS `people` FROM `point_spans`
WHERE `test` = 'mqa'
UNION ALL
SELECT `account_id`, `left_at`, -1, 0 FROM `point_spans`
WHERE `test` = 'mqa' AND NOT `left_at` IS NULL
UNION ALL
SELECT `account_id`, `engaged_at`, 0, 1 FROM `contact_presence`
WHERE NOT `account_id` IS NULL
UNION ALL
SELECT `account_id`, `engaged_until`, 0, -1 FROM `contact_presence`
WHERE NOT `account_id` IS NULL), `net` AS (SELECT `c`.`account_id`, `c`.`changed_at`, SUM(`c`.`points`) AS `points`, SUM(`c`.`people`) AS `people` FROM `changes` AS `c`
JOIN `accounts` AS `a` ON `a`.`account_id` = `c`.`account_id`
WHERE NOT TRUE OR `a`.`fit_score` >= 50
GROUP BY `c`.`account_id`, `c`.`changed_at`), `running` AS (SELECT `account_id`, `changed_at`, SUM(`points`) OVER (PARTITION BY `account_id` ORDER BY `changed_at` NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) > 0 AND SUM(`people`) OVER (PARTITION BY `account_id` ORDER BY `changed_at` NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) >= 2 AS `qualified` FROM `net`), `turns` AS (SELECT `account_id`, `changed_at`, `qualified`, LAG(`qualified`) OVER (PARTITION BY `account_id` ORDER BY `changed_at` NULLS LAST) AS `was_qualified` FROM `running`), `edges` AS (SELECT `account_id`, `changed_at`, `qualified`, LAG(`changed_at`) OVER (PARTITION BY `account_id` ORDER BY `changed_at` NULLS LAST) AS `left_before_at`, LEAD(`changed_at`) OVER (PARTITION BY `account_id` ORDER BY `changed_at` NULLS LAST) AS `left_at` FROM `turns`
WHERE `qualified` <> COALESCE(`was_qualified`, FALSE))
SELECT `account_id`, `changed_at` AS `entered_at`, `left_at`, (`left_before_at` IS NULL OR (`left_before_at` + MAKE_DT_INTERVAL(0, 0, 0, 86400e0 * (90))) <= `changed_at`) AS `begins_episode` FROM `edges`
WHERE `qualified`;

-- win_rate by month
WITH `scan` AS (SELECT `status`, `account_id`, `closed_at`, CASE WHEN `closed_at` < CAST('2024-02-01 00:00:00' AS TIMESTAMP) THEN CAST('2024-02-01 00:00:00' AS TIMESTAMP) ELSE CAST('2024-03-01 00:00:00' AS TIMESTAMP) END AS `cut_0` FROM `opportunities`
WHERE (`closed_at` >= CAST('2024-01-01 00:00:00' AS TIMESTAMP) AND `closed_at` < CAST('2024-03-01 00:00:00' AS TIMESTAMP))), `calendar_branch_0` AS (SELECT `p`, CAST(`stretch_end` AS TIMESTAMP) AS `stretch_end`
FROM VALUES (0, '2024-02-01 00:00:00'), (1, '2024-03-01 00:00:00') AS `v`(`p`, `stretch_end`)), `branch_0` AS (SELECT `p`, GROUPING(`d0`) AS `level`, COALESCE(`d0`, '') AS `d0`, COALESCE(COUNT_IF((`status` = 'won') AND (`account_id` IS NULL)), 0) AS `b0_0`, COALESCE(COUNT_IF(`status` = 'won'), 0) AS `b0_1`, COALESCE(COUNT_IF((`status` = 'lost') AND (`account_id` IS NULL)), 0) AS `b0_2`, COALESCE(COUNT_IF(`status` = 'lost'), 0) AS `b0_3`, COALESCE(COUNT_IF((`status` IN ('won', 'lost')) AND (`account_id` IS NULL)), 0) AS `b0_4`, COALESCE(COUNT_IF(`status` IN ('won', 'lost')), 0) AS `b0_5` FROM (SELECT `c`.`p`, `f`.`status`, `f`.`account_id`, CASE WHEN `f`.`account_id` IS NULL THEN '(unmatched)' ELSE COALESCE(CAST(CASE WHEN `f_account_id_was_tier`.`account_id` IS NULL THEN `f_account_id`.`tier` ELSE `f_account_id_was_tier`.`value` END AS STRING), '(unknown)') END AS `d0` FROM `scan` AS `f`
JOIN `calendar_branch_0` AS `c` ON `f`.`cut_0` = `c`.`stretch_end`
LEFT
JOIN `accounts` AS `f_account_id` ON `f_account_id`.`account_id` = `f`.`account_id`
LEFT
JOIN `account_attributes` AS `f_account_id_was_tier` ON `f_account_id_was_tier`.`account_id` = `f_account_id`.`account_id` AND `f_account_id_was_tier`.`attribute` = 'tier' AND COALESCE(`f_account_id_was_tier`.`valid_from`, CAST('0001-01-01 00:00:00' AS TIMESTAMP)) <= `f`.`closed_at` AND `f`.`closed_at` < COALESCE(`f_account_id_was_tier`.`valid_to`, CAST('9999-12-31 00:00:00' AS TIMESTAMP))) AS `r`
WHERE ((`status` = 'won') OR (`status` = 'lost') OR (`status` IN ('won', 'lost')))
GROUP BY GROUPING SETS ((`p`, `d0`), (`p`))), `found_opportunities` AS (SELECT `p`, `level`, `d0`, CAST(`branch_0`.`b0_0` AS DOUBLE) AS `b0_0`, CAST(`branch_0`.`b0_1` AS DOUBLE) AS `b0_1`, CAST(`branch_0`.`b0_2` AS DOUBLE) AS `b0_2`, CAST(`branch_0`.`b0_3` AS DOUBLE) AS `b0_3`, CAST(`branch_0`.`b0_4` AS DOUBLE) AS `b0_4`, CAST(`branch_0`.`b0_5` AS DOUBLE) AS `b0_5` FROM `branch_0`), `slices` AS (SELECT *
FROM VALUES (0, 31.0e0, 121.0e0), (1, 29.0e0, 92.0e0) AS `v`(`p`, `days`, `days_observed`)), `spine` AS (SELECT `s`.*, `g`.* FROM `slices` AS `s`
CROSS
JOIN (SELECT `level`, `d0` FROM `found_opportunities`
WHERE `p` < 2
UNION
SELECT 1 AS `level`, '' AS `d0`) AS `g`), `cells` AS (SELECT `s`.*, `found_opportunities`.`b0_0`, `found_opportunities`.`b0_1`, `found_opportunities`.`b0_2`, `found_opportunities`.`b0_3`, `found_opportunities`.`b0_4`, `found_opportunities`.`b0_5` FROM `spine` AS `s`
LEFT
JOIN `found_opportunities` ON `found_opportunities`.`p` = `s`.`p` AND `found_opportunities`.`level` = `s`.`level` AND `found_opportunities`.`d0` = `s`.`d0`), `present` AS (SELECT `level`, `d0`, MAX(((COALESCE(`b0_1`, 0.0e0) + COALESCE(`b0_3`, 0.0e0)) + COALESCE(`b0_5`, 0.0e0))) AS `k0_here` FROM `cells`
WHERE `p` < 2
GROUP BY `level`, `d0`), `valued` AS (SELECT `c`.`p`, `c`.`level`, `c`.`d0`, (CAST(COALESCE(`c`.`b0_1`, 0.0e0) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) AS DOUBLE), 0)) AS `k0`, (CASE WHEN (CASE WHEN (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0 THEN 1e0 WHEN NOT ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0) THEN 0e0 END) <> 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0) THEN 0e0 END) <> 0 THEN 0.0e0 WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0) THEN 0e0 END) = 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) <> 0 THEN (CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(2.0e0 AS DOUBLE), 0))) - (1.959964e0 * SQRT((CASE WHEN NOT (((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0)))) IS NULL AND NOT (0.0e0) IS NULL THEN GREATEST(((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0))), 0.0e0) END)))) AS DOUBLE) / NULLIF(CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) + (1.959964e0 * 1.959964e0)) AS DOUBLE), 0)) WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) END) WHEN (CASE WHEN (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0 THEN 1e0 WHEN NOT ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) AS `k0_low`, (CASE WHEN (CASE WHEN (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0 THEN 1e0 WHEN NOT ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0) THEN 0e0 END) <> 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) <> 0 THEN 1.0e0 WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) = 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) <> 0 THEN (CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(2.0e0 AS DOUBLE), 0))) + (1.959964e0 * SQRT((CASE WHEN NOT (((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0)))) IS NULL AND NOT (0.0e0) IS NULL THEN GREATEST(((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0))), 0.0e0) END)))) AS DOUBLE) / NULLIF(CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) + (1.959964e0 * 1.959964e0)) AS DOUBLE), 0)) WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0))) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) END) WHEN (CASE WHEN (COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0 THEN 1e0 WHEN NOT ((COALESCE(`c`.`b0_1`, 0.0e0) + COALESCE(`c`.`b0_3`, 0.0e0)) > 0.0e0) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) AS `k0_high`, COALESCE(`c`.`b0_5`, 0.0e0) AS `k0_n`, ((COALESCE(`c`.`b0_0`, 0.0e0) + COALESCE(`c`.`b0_2`, 0.0e0)) + COALESCE(`c`.`b0_4`, 0.0e0)) AS `k0_unmatched`, COALESCE(`c`.`b0_1`, 0.0e0) AS `k0_m0`, COALESCE(`c`.`b0_3`, 0.0e0) AS `k0_m1`, `h`.`k0_here` FROM `cells` AS `c`
JOIN `present` AS `h` ON `h`.`level` = `c`.`level` AND `h`.`d0` = `c`.`d0`)
SELECT `v`.* FROM `valued` AS `v`
WHERE `v`.`p` < 2;

-- csat by month
WITH `scan` AS (SELECT `survey`, `answered_at`, `score`, `scale_max`, `account_id`, CASE WHEN `answered_at` < CAST('2024-02-01 00:00:00' AS TIMESTAMP) THEN CAST('2024-02-01 00:00:00' AS TIMESTAMP) ELSE CAST('2024-03-01 00:00:00' AS TIMESTAMP) END AS `cut_0` FROM `survey_answers`
WHERE (`answered_at` >= CAST('2024-01-01 00:00:00' AS TIMESTAMP) AND `answered_at` < CAST('2024-03-01 00:00:00' AS TIMESTAMP))), `calendar_branch_0` AS (SELECT `p`, CAST(`stretch_end` AS TIMESTAMP) AS `stretch_end`
FROM VALUES (0, '2024-02-01 00:00:00'), (1, '2024-03-01 00:00:00') AS `v`(`p`, `stretch_end`)), `branch_0` AS (SELECT `p`, 0 AS `level`, COALESCE(COUNT_IF((`survey` = 'csat' AND `score` >= COALESCE(`scale_max`, 5) - 1) AND (`account_id` IS NULL)), 0) AS `b0_0`, COALESCE(COUNT_IF(`survey` = 'csat' AND `score` >= COALESCE(`scale_max`, 5) - 1), 0) AS `b0_1`, COALESCE(COUNT_IF((`survey` = 'csat') AND (`account_id` IS NULL)), 0) AS `b0_2`, COALESCE(COUNT_IF(`survey` = 'csat'), 0) AS `b0_3` FROM (SELECT `c`.`p`, `f`.`survey`, `f`.`score`, `f`.`scale_max`, `f`.`account_id` FROM `scan` AS `f`
JOIN `calendar_branch_0` AS `c` ON `f`.`cut_0` = `c`.`stretch_end`) AS `r`
WHERE ((`survey` = 'csat' AND `score` >= COALESCE(`scale_max`, 5) - 1) OR (`survey` = 'csat'))
GROUP BY `p`), `found_survey_answers` AS (SELECT `p`, `level`, CAST(`branch_0`.`b0_0` AS DOUBLE) AS `b0_0`, CAST(`branch_0`.`b0_1` AS DOUBLE) AS `b0_1`, CAST(`branch_0`.`b0_2` AS DOUBLE) AS `b0_2`, CAST(`branch_0`.`b0_3` AS DOUBLE) AS `b0_3` FROM `branch_0`), `slices` AS (SELECT *
FROM VALUES (0, 31.0e0, 121.0e0), (1, 29.0e0, 92.0e0) AS `v`(`p`, `days`, `days_observed`)), `spine` AS (SELECT `s`.*, `g`.* FROM `slices` AS `s`
CROSS
JOIN (SELECT `level` FROM `found_survey_answers`
WHERE `p` < 2
UNION
SELECT 0 AS `level`) AS `g`), `cells` AS (SELECT `s`.*, `found_survey_answers`.`b0_0`, `found_survey_answers`.`b0_1`, `found_survey_answers`.`b0_2`, `found_survey_answers`.`b0_3` FROM `spine` AS `s`
LEFT
JOIN `found_survey_answers` ON `found_survey_answers`.`p` = `s`.`p` AND `found_survey_answers`.`level` = `s`.`level`), `present` AS (SELECT `level`, MAX((COALESCE(`b0_1`, 0.0e0) + COALESCE(`b0_3`, 0.0e0))) AS `k0_here` FROM `cells`
WHERE `p` < 2
GROUP BY `level`), `valued` AS (SELECT `c`.`p`, `c`.`level`, (CAST(COALESCE(`c`.`b0_1`, 0.0e0) AS DOUBLE) / NULLIF(CAST(COALESCE(`c`.`b0_3`, 0.0e0) AS DOUBLE), 0)) AS `k0`, (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0) THEN 0e0 END) <> 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0) THEN 0e0 END) <> 0 THEN 0.0e0 WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = 0.0e0) THEN 0e0 END) = 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) <> 0 THEN (CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(2.0e0 AS DOUBLE), 0))) - (1.959964e0 * SQRT((CASE WHEN NOT (((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * (COALESCE(`c`.`b0_3`, 0.0e0) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST(COALESCE(`c`.`b0_3`, 0.0e0) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0)))) IS NULL AND NOT (0.0e0) IS NULL THEN GREATEST(((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * (COALESCE(`c`.`b0_3`, 0.0e0) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST(COALESCE(`c`.`b0_3`, 0.0e0) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0))), 0.0e0) END)))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_3`, 0.0e0) + (1.959964e0 * 1.959964e0)) AS DOUBLE), 0)) WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) END) WHEN (CASE WHEN COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) AS `k0_low`, (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0) THEN 0e0 END) <> 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) <> 0 THEN 1.0e0 WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) = COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) = COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) = 0 THEN (CASE WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) <> 0 THEN (CAST(((COALESCE(`c`.`b0_1`, 0.0e0) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(2.0e0 AS DOUBLE), 0))) + (1.959964e0 * SQRT((CASE WHEN NOT (((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * (COALESCE(`c`.`b0_3`, 0.0e0) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST(COALESCE(`c`.`b0_3`, 0.0e0) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0)))) IS NULL AND NOT (0.0e0) IS NULL THEN GREATEST(((CAST((COALESCE(`c`.`b0_1`, 0.0e0) * (COALESCE(`c`.`b0_3`, 0.0e0) - COALESCE(`c`.`b0_1`, 0.0e0))) AS DOUBLE) / NULLIF(CAST(COALESCE(`c`.`b0_3`, 0.0e0) AS DOUBLE), 0)) + (CAST((1.959964e0 * 1.959964e0) AS DOUBLE) / NULLIF(CAST(4.0e0 AS DOUBLE), 0))), 0.0e0) END)))) AS DOUBLE) / NULLIF(CAST((COALESCE(`c`.`b0_3`, 0.0e0) + (1.959964e0 * 1.959964e0)) AS DOUBLE), 0)) WHEN (CASE WHEN COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0) THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_1`, 0.0e0) <= COALESCE(`c`.`b0_3`, 0.0e0)) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) END) WHEN (CASE WHEN COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0 THEN 1e0 WHEN NOT (COALESCE(`c`.`b0_3`, 0.0e0) > 0.0e0) THEN 0e0 END) = 0 THEN CAST(NULL AS DOUBLE) END) AS `k0_high`, COALESCE(`c`.`b0_3`, 0.0e0) AS `k0_n`, (COALESCE(`c`.`b0_0`, 0.0e0) + COALESCE(`c`.`b0_2`, 0.0e0)) AS `k0_unmatched`, COALESCE(`c`.`b0_1`, 0.0e0) AS `k0_m0`, `h`.`k0_here` FROM `cells` AS `c`
JOIN `present` AS `h` ON `h`.`level` = `c`.`level`)
SELECT `v`.* FROM `valued` AS `v`
WHERE `v`.`p` < 2;

-- sales_cycle_days by month
WITH `scan` AS (SELECT `status`, `created_at`, `account_id`, `closed_at`, CASE WHEN `closed_at` < CAST('2024-02-01 00:00:00' AS TIMESTAMP) THEN CAST('2024-02-01 00:00:00' AS TIMESTAMP) ELSE CAST('2024-03-01 00:00:00' AS TIMESTAMP) END AS `cut_0` FROM `opportunities`
WHERE (`closed_at` >= CAST('2024-01-01 00:00:00' AS TIMESTAMP) AND `closed_at` < CAST('2024-03-01 00:00:00' AS TIMESTAMP))), `calendar_branch_0` AS (SELECT `p`, CAST(`stretch_end` AS TIMESTAMP) AS `stretch_end`
FROM VALUES (0, '2024-02-01 00:00:00'), (1, '2024-03-01 00:00:00') AS `v`(`p`, `stretch_end`)), `branch_0` AS (SELECT `p`, 0 AS `level`, COALESCE(COUNT_IF((`status` = 'won' AND `closed_at` >= `created_at`) AND (`account_id` IS NULL)), 0) AS `b0_0`, COALESCE(COUNT_IF(`status` = 'won' AND `closed_at` >= `created_at`), 0) AS `b0_1`, COUNT((CASE WHEN ((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) AND ((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) THEN CAST(DATEDIFF(DAY, CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE), CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE)) AS DOUBLE) ELSE (((UNIX_MICROS(`closed_at`) - UNIX_MICROS(`created_at`)) / 1e6) / 86400e0) END)) FILTER(WHERE `status` = 'won' AND `closed_at` >= `created_at`) AS `b0_2`, AVG(CAST((CASE WHEN ((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) AND ((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) THEN CAST(DATEDIFF(DAY, CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE), CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE)) AS DOUBLE) ELSE (((UNIX_MICROS(`closed_at`) - UNIX_MICROS(`created_at`)) / 1e6) / 86400e0) END) AS DOUBLE)) FILTER(WHERE `status` = 'won' AND `closed_at` >= `created_at`) AS `b0_3`, VARIANCE(CAST((CASE WHEN ((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) AND ((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) = CAST(CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE) AS TIMESTAMP)) THEN CAST(DATEDIFF(DAY, CAST((FROM_UTC_TIMESTAMP(CAST(`created_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE), CAST((FROM_UTC_TIMESTAMP(CAST(`closed_at` AS TIMESTAMP), 'Europe/Berlin')) AS DATE)) AS DOUBLE) ELSE (((UNIX_MICROS(`closed_at`) - UNIX_MICROS(`created_at`)) / 1e6) / 86400e0) END) AS DOUBLE)) FILTER(WHERE `status` = 'won' AND `closed_at` >= `created_at`) AS `b0_4`, COALESCE(COUNT_IF((`status` = 'won' AND `closed_at` < `created_at`) AND (`account_id` IS NULL)), 0) AS `b0_5`, COALESCE(COUNT_IF(`status` = 'won' AND `closed_at` < `created_at`), 0) AS `b0_6`, COALESCE(COUNT_IF((`status` = 'won' AND `created_at` IS NULL) AND (`account_id` IS NULL)), 0) AS `b0_7`, COALESCE(COUNT_IF(`status` = 'won' AND `created_at` IS NULL), 0) AS `b0_8` FROM (SELECT `c`.`p`, `f`.`status`, `f`.`created_at`, `f`.`account_id`, `f`.`closed_at` FROM `scan` AS `f`
JOIN `calendar_branch_0` AS `c` ON `f`.`cut_0` = `c`.`stretch_end`) AS `r`
WHERE ((`status` = 'won' AND `closed_at` >= `created_at`) OR (`status` = 'won' AND `closed_at` < `created_at`) OR (`status` = 'won' AND `created_at` IS NULL))
GROUP BY `p`), `found_opportunities` AS (SELECT `p`, `level`, CAST(`branch_0`.`b0_0` AS DOUBLE) AS `b0_0`, CAST(`branch_0`.`b0_1` AS DOUBLE) AS `b0_1`, CAST(`branch_0`.`b0_2` AS DOUBLE) AS `b0_2`, CAST(`branch_0`.`b0_3` AS DOUBLE) AS `b0_3`, CAST(`branch_0`.`b0_4` AS DOUBLE) AS `b0_4`, CAST(`branch_0`.`b0_5` AS DOUBLE) AS `b0_5`, CAST(`branch_0`.`b0_6` AS DOUBLE) AS `b0_6`, CAST(`branch_0`.`b0_7` AS DOUBLE) AS `b0_7`, CAST(`branch_0`.`b0_8` AS DOUBLE) AS `b0_8` FROM `branch_0`), `slices` AS (SELECT *
FROM VALUES (0, 31.0e0, 121.0e0), (1, 29.0e0, 92.0e0) AS `v`(`p`, `days`, `days_observed`)), `spine` AS (SELECT `s`.*, `g`.* FROM `slices` AS `s`
CROSS
JOIN (SELECT `level` FROM `found_opportunities`
WHERE `p` < 2
UNION
SELECT 0 AS `level`) AS `g`), `cells` AS (SELECT `s`.*, `found_opportunities`.`b0_0`, `found_opportunities`.`b0_1`, `found_opportunities`.`b0_2`, `found_opportunities`.`b0_3`, `found_opportunities`.`b0_4`, `found_opportunities`.`b0_5`, `found_opportunities`.`b0_6`, `found_opportunities`.`b0_7`, `found_opportunities`.`b0_8` FROM `spine` AS `s`
LEFT
JOIN `found_opportunities` ON `found_opportunities`.`p` = `s`.`p` AND `found_opportunities`.`level` = `s`.`level`), `present` AS (SELECT `level`, MAX(((COALESCE(`b0_1`, 0.0e0) + COALESCE(`b0_6`, 0.0e0)) + COALESCE(`b0_8`, 0.0e0))) AS `k0_here` FROM `cells`
WHERE `p` < 2
GROUP BY `level`), `valued` AS (SELECT `c`.`p`, `c`.`level`, `c`.`b0_3` AS `k0`, (`c`.`b0_3` - ((CASE WHEN (`c`.`b0_2` - 1.0e0) > 50 THEN 1.9599639845400536e0 + 2.3722712302985607e0 / POWER((`c`.`b0_2` - 1.0e0), 1) + 2.8224986157396086e0 / POWER((`c`.`b0_2` - 1.0e0), 2) + 2.555849679507719e0 / POWER((`c`.`b0_2` - 1.0e0), 3) + 1.5895340533938196e0 / POWER((`c`.`b0_2` - 1.0e0), 4) ELSE CASE (`c`.`b0_2` - 1.0e0) WHEN 1 THEN 12.706204736174696e0 WHEN 2 THEN 4.302652729749463e0 WHEN 3 THEN 3.1824463052837055e0 WHEN 4 THEN 2.7764451051977916e0 WHEN 5 THEN 2.570581835636316e0 WHEN 6 THEN 2.4469118511449697e0 WHEN 7 THEN 2.3646242515927827e0 WHEN 8 THEN 2.3060041352041654e0 WHEN 9 THEN 2.2621571627982027e0 WHEN 10 THEN 2.228138851986273e0 WHEN 11 THEN 2.2009851600916375e0 WHEN 12 THEN 2.1788128296672284e0 WHEN 13 THEN 2.1603686564627895e0 WHEN 14 THEN 2.144786687917807e0 WHEN 15 THEN 2.131449545559773e0 WHEN 16 THEN 2.1199052992212546e0 WHEN 17 THEN 2.1098155778333183e0 WHEN 18 THEN 2.1009220402410373e0 WHEN 19 THEN 2.0930240544083065e0 WHEN 20 THEN 2.085963447265862e0 WHEN 21 THEN 2.0796138447276813e0 WHEN 22 THEN 2.0738730679040263e0 WHEN 23 THEN 2.068657610419048e0 WHEN 24 THEN 2.063898561628027e0 WHEN 25 THEN 2.059538552753296e0 WHEN 26 THEN 2.0555294386428695e0 WHEN 27 THEN 2.0518305164802837e0 WHEN 28 THEN 2.0484071417952467e0 WHEN 29 THEN 2.0452296421327003e0 WHEN 30 THEN 2.0422724563012364e0 WHEN 31 THEN 2.039513446396412e0 WHEN 32 THEN 2.0369333434600994e0 WHEN 33 THEN 2.0345152974493375e0 WHEN 34 THEN 2.0322445093177146e0 WHEN 35 THEN 2.030107928250341e0 WHEN 36 THEN 2.0280940009804493e0 WHEN 37 THEN 2.0261924630291075e0 WHEN 38 THEN 2.0243941639119667e0 WHEN 39 THEN 2.022690920036763e0 WHEN 40 THEN 2.0210753903062724e0 WHEN 41 THEN 2.0195409704413754e0 WHEN 42 THEN 2.0180817028184466e0 WHEN 43 THEN 2.016692199227821e0 WHEN 44 THEN 2.015367574443763e0 WHEN 45 THEN 2.0141033888808404e0 WHEN 46 THEN 2.0128955989194313e0 WHEN 47 THEN 2.0117405137297677e0 WHEN 48 THEN 2.010634757624227e0 WHEN 49 THEN 2.00957523712924e0 WHEN 50 THEN 2.008559112100756e0 END END) * SQRT((CAST(`c`.`b0_4` AS DOUBLE) / NULLIF(CAST(`c`.`b0_2` AS DOUBLE), 0))))) AS `k0_low`, (`c`.`b0_3` + ((CASE WHEN (`c`.`b0_2` - 1.0e0) > 50 THEN 1.9599639845400536e0 + 2.3722712302985607e0 / POWER((`c`.`b0_2` - 1.0e0), 1) + 2.8224986157396086e0 / POWER((`c`.`b0_2` - 1.0e0), 2) + 2.555849679507719e0 / POWER((`c`.`b0_2` - 1.0e0), 3) + 1.5895340533938196e0 / POWER((`c`.`b0_2` - 1.0e0), 4) ELSE CASE (`c`.`b0_2` - 1.0e0) WHEN 1 THEN 12.706204736174696e0 WHEN 2 THEN 4.302652729749463e0 WHEN 3 THEN 3.1824463052837055e0 WHEN 4 THEN 2.7764451051977916e0 WHEN 5 THEN 2.570581835636316e0 WHEN 6 THEN 2.4469118511449697e0 WHEN 7 THEN 2.3646242515927827e0 WHEN 8 THEN 2.3060041352041654e0 WHEN 9 THEN 2.2621571627982027e0 WHEN 10 THEN 2.228138851986273e0 WHEN 11 THEN 2.2009851600916375e0 WHEN 12 THEN 2.1788128296672284e0 WHEN 13 THEN 2.1603686564627895e0 WHEN 14 THEN 2.144786687917807e0 WHEN 15 THEN 2.131449545559773e0 WHEN 16 THEN 2.1199052992212546e0 WHEN 17 THEN 2.1098155778333183e0 WHEN 18 THEN 2.1009220402410373e0 WHEN 19 THEN 2.0930240544083065e0 WHEN 20 THEN 2.085963447265862e0 WHEN 21 THEN 2.0796138447276813e0 WHEN 22 THEN 2.0738730679040263e0 WHEN 23 THEN 2.068657610419048e0 WHEN 24 THEN 2.063898561628027e0 WHEN 25 THEN 2.059538552753296e0 WHEN 26 THEN 2.0555294386428695e0 WHEN 27 THEN 2.0518305164802837e0 WHEN 28 THEN 2.0484071417952467e0 WHEN 29 THEN 2.0452296421327003e0 WHEN 30 THEN 2.0422724563012364e0 WHEN 31 THEN 2.039513446396412e0 WHEN 32 THEN 2.0369333434600994e0 WHEN 33 THEN 2.0345152974493375e0 WHEN 34 THEN 2.0322445093177146e0 WHEN 35 THEN 2.030107928250341e0 WHEN 36 THEN 2.0280940009804493e0 WHEN 37 THEN 2.0261924630291075e0 WHEN 38 THEN 2.0243941639119667e0 WHEN 39 THEN 2.022690920036763e0 WHEN 40 THEN 2.0210753903062724e0 WHEN 41 THEN 2.0195409704413754e0 WHEN 42 THEN 2.0180817028184466e0 WHEN 43 THEN 2.016692199227821e0 WHEN 44 THEN 2.015367574443763e0 WHEN 45 THEN 2.0141033888808404e0 WHEN 46 THEN 2.0128955989194313e0 WHEN 47 THEN 2.0117405137297677e0 WHEN 48 THEN 2.010634757624227e0 WHEN 49 THEN 2.00957523712924e0 WHEN 50 THEN 2.008559112100756e0 END END) * SQRT((CAST(`c`.`b0_4` AS DOUBLE) / NULLIF(CAST(`c`.`b0_2` AS DOUBLE), 0))))) AS `k0_high`, COALESCE(`c`.`b0_1`, 0.0e0) AS `k0_n`, ((COALESCE(`c`.`b0_0`, 0.0e0) + COALESCE(`c`.`b0_5`, 0.0e0)) + COALESCE(`c`.`b0_7`, 0.0e0)) AS `k0_unmatched`, COALESCE(`c`.`b0_6`, 0.0e0) AS `k0_m2`, COALESCE(`c`.`b0_8`, 0.0e0) AS `k0_m3`, `h`.`k0_here` FROM `cells` AS `c`
JOIN `present` AS `h` ON `h`.`level` = `c`.`level`)
SELECT `v`.* FROM `valued` AS `v`
WHERE `v`.`p` < 2;
