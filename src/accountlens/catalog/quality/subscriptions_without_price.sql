/*
about: subscriptions have neither mrr nor a price; they bring no recurring revenue
mend: Map mrr, or price with quantity and billing_months.
*/
SELECT subscription_id, account_id FROM subscriptions WHERE mrr IS NULL AND price IS NULL
