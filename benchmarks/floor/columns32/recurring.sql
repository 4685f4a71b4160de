WITH payers AS (
    SELECT account_id, payer_id, m.p, sum(mrr) FILTER (WHERE started_at < m.lo) AS before,
        sum(mrr) FILTER (WHERE ended_at IS NULL OR ended_at >= m.hi) AS after
    FROM subscription_spans JOIN months m ON started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.lo)
    WHERE (started_at < m.lo) OR (ended_at IS NULL OR ended_at >= m.hi) GROUP BY ALL
), paid AS (
    SELECT account_id, p, sum(after) AS mrr_closing, sum(before) AS mrr_opening,
        sum(COALESCE(after, 0)) FILTER (WHERE before > 0) AS kept,
        sum(least(before, COALESCE(after, 0))) FILTER (WHERE before > 0) AS kept_at_most
    FROM payers GROUP BY ALL
), moved AS (
    SELECT account_id, m.p, sum(amount) FILTER (WHERE movement = 'new') AS mrr_new,
        sum(amount) FILTER (WHERE movement = 'expansion') AS mrr_expansion,
        sum(amount) FILTER (WHERE movement = 'contraction') AS mrr_contraction,
        sum(amount) FILTER (WHERE movement = 'churn') AS mrr_churn
    FROM mrr_movements JOIN months m ON moved_at >= m.lo AND moved_at < m.hi GROUP BY ALL
), customers AS (
    SELECT account_id, m.p, bool_or(started_at < m.lo) AS before,
        bool_or(ended_at IS NULL OR ended_at >= m.hi) AS after
    FROM customer_spells JOIN months m ON started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.lo)
    WHERE account_id IS NOT NULL GROUP BY ALL
), figures AS (
    SELECT account_id, p, mrr_closing, mrr_opening, kept, kept_at_most, NULL AS mrr_new, NULL AS mrr_expansion,
        NULL AS mrr_contraction, NULL AS mrr_churn, NULL AS lost FROM paid
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, mrr_new, mrr_expansion, mrr_contraction, mrr_churn, NULL FROM moved
    UNION ALL SELECT account_id, p, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, CAST(NOT after AS INT) FROM customers WHERE before
)
SELECT COALESCE(account_id, '(unmatched)') AS account_id, p, max(mrr_opening) AS mrr_opening, max(mrr_closing) AS mrr_closing,
    max(mrr_new) AS mrr_new, max(mrr_expansion) AS mrr_expansion, max(mrr_contraction) AS mrr_contraction,
    max(mrr_churn) AS mrr_churn, max(kept) / nullif(max(mrr_opening), 0) AS nrr,
    max(kept_at_most) / nullif(max(mrr_opening), 0) AS grr, max(lost) AS logo_churn
FROM figures GROUP BY ALL
