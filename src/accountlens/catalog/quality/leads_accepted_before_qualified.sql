/*
about: leads were accepted by sales before they were qualified by marketing
mend: Correct became_mql_at or became_sql_at, or the mapping of the two.
*/
SELECT lead_id, became_mql_at, became_sql_at FROM leads WHERE became_sql_at < became_mql_at
