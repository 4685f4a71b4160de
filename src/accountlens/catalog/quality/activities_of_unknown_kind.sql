/*
about: activities have a kind that no KPI knows; they carry no points
mend: Map their kind to one of the known ones (accountlens kpi engagement_score lists them).
*/
SELECT activity_id, kind FROM activities
WHERE kind IS NULL OR kind NOT IN ('page_view', 'email_sent', 'email_delivered', 'email_bounced', 'email_opened',
    'email_clicked', 'email_replied', 'unsubscribed', 'content_downloaded', 'form_submitted', 'event_registered',
    'event_attended', 'social_interaction', 'ad_impression', 'ad_clicked', 'call', 'meeting', 'message', 'chat')
