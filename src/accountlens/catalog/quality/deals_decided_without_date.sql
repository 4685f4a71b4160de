/*
about: opportunities are won or lost without a closing date; they count in no period
mend: Map the date on which a deal was decided to closed_at.
*/
SELECT opportunity_id, status FROM opportunities WHERE status IN ('won', 'lost') AND closed_at IS NULL
