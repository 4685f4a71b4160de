-- reads: contacted
SELECT account_id, p, inbound AS inbound_touches, outbound AS outbound_touches,
    inbound / nullif(outbound, 0) AS inbound_outbound_ratio, open_gap AS interaction_gap_days, mean_gap AS mean_gap_days,
    greatest(open_gap, max_gap) AS max_gap_days,
    COALESCE(touches, 0) * 30 / nullif(accounts * days, 0) AS interaction_frequency
FROM contacted
