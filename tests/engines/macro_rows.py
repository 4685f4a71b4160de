"""Every macro over rows on which engines differ; in Europe/Berlin, whose clocks change on 31 March and 27 October 2024."""

ROWS = """(VALUES (1, TIMESTAMP '2024-03-31 00:30:00'), (2, TIMESTAMP '2024-03-31 01:00:00'), (4, TIMESTAMP '2024-01-30 23:00:00'),
    (8, TIMESTAMP '2024-10-27 00:59:59.5'), (NULL, TIMESTAMP '1969-12-31 23:59:59'), (6, NULL), (3, TIMESTAMP '2024-03-31 02:30:00'), (5, TIMESTAMP '2024-10-27 02:30:00'), (7, TIMESTAMP '2024-10-26 12:00:00')) AS v(n, t)"""
MACROS = (  # at the hours when clocks change, before 1970, at the ends of months, beyond the end of a list
    f"""SELECT n, t, KPI_LOCAL(t) AS shown, KPI_UTC(KPI_LOCAL(t)) AS back, KPI_UTC(t) AS read, KPI_LOCAL_DATE(t) AS day, KPI_ADD_DAYS(t, 36500) AS far,
    KPI_ADD_DAYS(t, n / 2e0) AS near, KPI_ADD_MONTHS(t, 1) AS month, KPI_SECONDS(TIMESTAMP '2024-02-01 00:00:00', t) AS s,
    KPI_WHOLE_DAYS(TIMESTAMP '2024-02-01 00:00:00', t) AS days, KPI_DURATION(TIMESTAMP '2024-01-30 23:00:00', t) AS lasted,
    KPI_HALF(n, 7) AS half, KPI_HALF(n * 10000, 7) AS nothing, KPI_INSTANT(CAST('2024-03-31 02:30:00+02:00' AS TIMESTAMPTZ)) AS instant, KPI_RATIO(n, n - 4) AS ratio, n // 3 AS thirds FROM {ROWS}""",
    f"""SELECT KPI_QUANTILE(n, 0.3) AS q, KPI_MEDIAN(n) AS m, KPI_NTH(n, 2) AS second, KPI_NTH(n, COUNT(*) + 1) AS beyond,
    KPI_LATEST(n, t) AS latest, KPI_EARLIEST(n, t) AS earliest FROM {ROWS}""",
)
