/*
about: models are not fitted, because there is too little data; the KPIs built on them have no value
mend: Nothing to mend where there is no more data; table `model_runs` tells each reason.
severity: note
*/
SELECT r.model, r.reason
FROM model_runs r
JOIN (SELECT fact, MAX(fitted_at) AS fitted_at FROM model_runs GROUP BY fact) l
    ON l.fact = r.fact AND l.fitted_at = r.fitted_at
WHERE r.status = 'insufficient_data'
