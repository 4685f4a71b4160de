/*
about: Programs of Marketo. Its "campaigns" are the steps of a program.
needs: {program: [id, name]}
uses: {program: [channel, type, start_date, end_date, _fivetran_deleted]}
*/
SELECT
    p.id AS campaign_id,
    p.name,
    p.channel,
    p.type AS program,
    p.start_date AS started_on,
    p.end_date AS ended_on
FROM source.program AS p
WHERE NOT coalesce(CAST(p._fivetran_deleted AS BOOLEAN), false)
