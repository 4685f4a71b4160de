"""Accounts that may be one company twice: with one domain, or one name but for the form of law."""

from __future__ import annotations

from accountlens.accounts.directory import DOMAINS, NAMES, REFUSED
from accountlens.accounts.names import CORE

MOST = 20  # accounts of one domain or name: what more have in common is a dealer network, or a gap in the data
BY_BOTH, BY_NAME, BY_DOMAIN = 0.9, 0.6, 0.5

# Each account beside the first of its group, by id; not those of one family, which may share what they like, nor those
# of which somebody said that they are two.
TWINS = f"""
SELECT 'account' AS kind, other AS value, first AS account_id, min(how) AS method,
    CASE WHEN count(DISTINCT how) = 2 THEN {BY_BOTH} WHEN min(how) = 'name' THEN {BY_NAME} ELSE {BY_DOMAIN} END
FROM (
    SELECT g.how, g.account_id AS other, min(g.account_id) OVER (PARTITION BY g.how, g.shared) AS first,
        count(*) OVER (PARTITION BY g.how, g.shared) AS accounts
    FROM (
        SELECT DISTINCT 'domain' AS how, domain AS shared, account_id FROM {DOMAINS}
        UNION SELECT DISTINCT 'name', key, account_id FROM {NAMES} WHERE level = {CORE}
    ) g
) pair
JOIN accounts a ON a.account_id = pair.other JOIN accounts b ON b.account_id = pair.first
LEFT JOIN {REFUSED} r ON r.kind = 'account'
    AND (r.value = pair.other AND r.account_id = pair.first OR r.value = pair.first AND r.account_id = pair.other)
WHERE pair.other <> pair.first AND pair.accounts <= {MOST} AND a.ultimate_parent_id <> b.ultimate_parent_id
    AND r.value IS NULL
GROUP BY other, first
"""
