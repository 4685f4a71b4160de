/*
about: Contacts of deals.
needs: {deal_contact: [deal_id, contact_id]}
*/
SELECT DISTINCT
    d.deal_id AS opportunity_id,
    d.contact_id
FROM source.deal_contact AS d
