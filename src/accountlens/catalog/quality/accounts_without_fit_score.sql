/*
about: accounts have no fit score, so they cannot become marketing-qualified
mend: Load fit_score, or switch it off - kpi_options. mqa_count. require_fit false.
severity: note
*/
SELECT account_id FROM accounts WHERE fit_score IS NULL
