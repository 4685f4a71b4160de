"""When people of accounts last gave a sign: wrote, came, asked for help, answered or used the product."""

from __future__ import annotations

READS = ("engagements", "tickets", "survey_responses", "usage_events")
SIGNS = """
    SELECT t.account_id, t.contact_id, t.occurred_at AS at, t.is_touch, t.kind, t.direction, t.employee_id,
        t.is_conversation OR (t.direction = 'inbound' AND (t.is_touch OR t.points > 0)) AS is_sign
    FROM engagements t WHERE t.contact_id IS NOT NULL AND {engagements}
    UNION ALL
    SELECT t.account_id, t.contact_id, t.created_at, FALSE, NULL, NULL, NULL, TRUE
    FROM tickets t WHERE t.contact_id IS NOT NULL AND {tickets}
    UNION ALL
    SELECT t.account_id, t.contact_id, t.answered_at, FALSE, NULL, NULL, NULL, TRUE
    FROM survey_responses t WHERE t.contact_id IS NOT NULL AND {answers}
    UNION ALL
    SELECT t.account_id, t.contact_id, MAX(t.occurred_at), FALSE, NULL, NULL, NULL, TRUE
    FROM usage_events t WHERE t.contact_id IS NOT NULL AND {uses} GROUP BY t.account_id, t.contact_id
"""


def signs(where: str) -> str:
    """Signs (`is_sign`) and touches (`is_touch`, theirs and ours): account, contact, `at`, kind, direction, employee.

    `where`: a condition on the rows `t`, in which `{at}` is their time.
    """
    times = {"engagements": "occurred_at", "tickets": "created_at", "answers": "answered_at", "uses": "occurred_at"}
    return SIGNS.format(**{name: where.format(at=f"t.{column}") for name, column in times.items()})
