/*
about: won opportunities have no amount; revenue is understated by them
mend: Enter the amount of these deals.
*/
SELECT opportunity_id, closed_at FROM opportunities WHERE status = 'won' AND amount IS NULL
