"""When people of accounts last gave a sign: wrote, came, asked for help, answered or used the product."""

from __future__ import annotations

from collections.abc import Sequence

from accountlens.pages.stand import Stand

CONTACT_SIGNS = (
    "contact_signs"  # of each person the last touch and sign, where the events themselves lie in a warehouse
)
ANSWERS = """
    SELECT t.account_id, t.contact_id, t.created_at AS at, FALSE AS is_touch, NULL AS kind, NULL AS direction,
        NULL AS employee_id, TRUE AS is_sign
    FROM tickets t WHERE t.contact_id IS NOT NULL AND {created_at}
    UNION ALL
    SELECT t.account_id, t.contact_id, t.answered_at, FALSE, NULL, NULL, NULL, TRUE
    FROM survey_responses t WHERE t.contact_id IS NOT NULL AND {answered_at}
"""
EVENTS = """
    SELECT t.account_id, t.contact_id, t.occurred_at, t.is_touch, t.kind, t.direction, t.employee_id,
        t.is_conversation OR (t.direction = 'inbound' AND (t.is_touch OR t.points > 0))
    FROM engagements t WHERE t.contact_id IS NOT NULL AND {occurred_at}
    UNION ALL
    SELECT t.account_id, t.contact_id, MAX(t.occurred_at), FALSE, NULL, NULL, NULL, TRUE
    FROM usage_events t WHERE t.contact_id IS NOT NULL AND {occurred_at} GROUP BY t.account_id, t.contact_id
"""
LAST = """
    SELECT t.account_id, t.contact_id, t.touched_at, TRUE, t.kind, t.direction, t.employee_id, FALSE
    FROM contact_signs t WHERE {touched_at}
    UNION ALL
    SELECT t.account_id, t.contact_id, t.heard_at, FALSE, NULL, NULL, NULL, TRUE
    FROM contact_signs t WHERE {heard_at}
"""
TIMES = ("created_at", "answered_at", "occurred_at", "touched_at", "heard_at")


def signs(here: Stand, where: str) -> tuple[str, Sequence[str]]:
    """Signs (`is_sign`) and touches (`is_touch`, theirs and ours), and the tables these are read from.

    A SELECT of account, contact, `at`, kind, direction, employee; at least the last of each person are among them.
    `where`: a condition on the rows `t`, in which `{at}` is their time.
    """
    reads: Sequence[str] = ("engagements", "usage_events")
    events, reads = (LAST, (CONTACT_SIGNS,)) if here.lacks(*reads) else (EVENTS, reads)
    sql = f"{ANSWERS} UNION ALL {events}".format(**{name: where.format(at=f"t.{name}") for name in TIMES})
    return sql, ("tickets", "survey_responses", *reads)
