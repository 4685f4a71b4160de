/*
about: Conversions that are orders, each with the base event to which it is credited. Without orders nothing is known of them.
key: [account_id, conversion_id]
primary: orders
stored: false
*/
SELECT c.* FROM credited_conversions c
