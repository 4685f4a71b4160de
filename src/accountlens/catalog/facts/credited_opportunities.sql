/*
about: Conversions that are opportunities, each with the base event to which it is credited. Without opportunities nothing is known of them.
key: [account_id, conversion_id]
primary: opportunities
stored: false
*/
SELECT c.* FROM credited_conversions c
