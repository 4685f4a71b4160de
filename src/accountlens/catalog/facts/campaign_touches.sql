/*
about: What people of our accounts did on account of a campaign - the touches of influence and attribution. What we merely send, bots and internal people are out.
key: [activity_id]
primary: activities
reach: {events: {activities: occurred_at}, lookups: {contacts: contact_id, campaigns: campaign_id}, at: occurred_at}
*/
SELECT a.activity_id, a.account_id, a.contact_id, a.occurred_at, a.kind, a.campaign_id,
    -- the campaign knows better through which channel it reached people
    COALESCE(p.channel, a.channel) AS channel, p.program
FROM activities a
LEFT JOIN contacts c ON c.contact_id = a.contact_id
LEFT JOIN campaigns p ON p.campaign_id = a.campaign_id
WHERE a.campaign_id IS NOT NULL AND a.account_id IS NOT NULL
    AND a.kind NOT IN ('email_sent', 'email_delivered', 'email_bounced', 'ad_impression')
    AND NOT COALESCE(a.is_bot, FALSE) AND NOT COALESCE(c.is_internal, FALSE)
