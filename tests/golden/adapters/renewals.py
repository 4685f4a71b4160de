"""Contracts at the end of their term: renewed, lost, or not decided yet."""

from __future__ import annotations

from datetime import timedelta

from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given, NotRunError, split
from tests.golden.world import Rows, Scenario

DUE = "ends_on term_end due due_on due_date end end_date expires expires_on expiry renewal_date"
DECIDED = (
    "decided_at decided_on decided renewed_at renewed_on renewal_signed signed_at cancelled_at cancelled_on lost_at"
)
VALUE = "value expiring_value contract_value acv amount arr mrr value_before"
NEW_VALUE = "renewed_value renewal_value new_value value_after renewed_amount"
DECISIONS = {
    "renewed": "renewed won yes true 1 expanded early late",
    "lost": "lost churned cancelled canceled not_renewed no false 0 expired",
    "pending": "pending open undecided none",
}


def renewals(case: Case) -> list[Scenario]:
    """Contracts, or counts and values of those due, renewed and pending."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row))
    else:
        scenarios = [_contracts(case)]
    return finished(case, scenarios, FIELDS)


def _contracts(case: Case) -> Scenario:
    rows, groups = Rows(), case.need("contracts renewals terms rows")
    for row in groups:
        _contract(case, rows, row)
    scenario = timed(case, Scenario(rows), *moments(groups, DUE))
    if scenario.as_of is None:  # what was decided late is known too
        decided = [moment + timedelta(days=1) for moment in moments(groups, DECIDED)]
        scenario.as_of = max([scenario.end, *decided])
    return scenario


def _contract(case: Case, rows: Rows, row: Given) -> None:
    due = row.when(DUE) or frame(case)[1]
    decision, decided = _decision(row), row.when(DECIDED)
    value, renewed = row.number(VALUE), row.number(NEW_VALUE)
    for _ in range(row.whole("n count", default=1)):
        rows.add(
            "contracts",
            contract_id=row.text("id contract contract_id") or rows.fresh("contract"),
            account_id=rows.account(row.text(ACCOUNT), **row.some(CUTS)),
            started_on=row.when("started_on start start_date term_start") or due - timedelta(days=365),
            ends_on=due,
            value=value,
            decision=decision,
            decided_at=decided or (None if decision == "pending" else due),
            renewed_value=(value if renewed is None else renewed) if decision == "renewed" else None,
            **row.some("currency"),
        )


def _decision(row: Given) -> str:
    """As told, else what a renewed value or a day of renewal says."""
    told = row.take("decision status outcome result renewed")
    if told is None:
        return "renewed" if row.number(NEW_VALUE) or row.when("renewed_at renewed_on") else "pending"
    word = str(told).lower().replace(" ", "_")
    found = next((decision for decision, words in DECISIONS.items() if word in split(words)), None)
    if found is None:
        raise NotRunError(f"'{told}' is no decision on a contract")
    return found


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """Contracts in equal shares of the value due; those renewed in equal shares of the value renewed."""
    renewed, lost = (
        row.number("contracts_renewed renewed renewals customers_renewed"),
        row.number("contracts_lost lost churned"),
    )
    pending = row.whole("pending contracts_pending undecided")
    due = row.number("contracts_due due up_for_renewal contracts customers_due total expiring")
    values = row.number("value_due expiring_value due_value expiring_arr arr_due expiring_mrr")
    kept = row.number("renewed_value value_renewed renewed_arr arr_renewed renewed_mrr")
    if due is None:
        due = 1 if renewed is None else renewed + (lost or 0) + pending
    if renewed is None:
        renewed = due - (lost or 0) - pending
    if any(count != int(count) or count < 0 for count in (due, renewed, due - renewed - pending)):
        raise NotRunError(f"{renewed} of {due} contracts renewed: {row.data}")
    rows.ensure("contracts", "accounts")
    for number in range(int(due)):
        decision = "renewed" if number < renewed else "pending" if number < renewed + pending else "lost"
        given = {"decision": decision, "value": None if values is None else values / due}
        if kept is not None and decision == "renewed":
            given["renewed_value"] = kept / renewed
        _contract(case, rows, Given(given))


FIELDS: dict[str, Reading] = {
    **named("renewal_rate logo_renewal_rate logo", answer("logo_renewal_rate")),
    **named("gross_value_renewal_rate gross gross_renewal_rate value_renewal_rate", answer("gross_value_renewal_rate")),
    **named("net_value_renewal_rate net net_renewal_rate", answer("net_value_renewal_rate")),
    **named("pending undecided", part("logo_renewal_rate", "pending")),
    **named("renewed contracts_renewed", part("logo_renewal_rate", "renewed")),
    **named("lost contracts_lost", part("logo_renewal_rate", "lost")),
    **named("due contracts_due", lambda desk: desk.row("logo_renewal_rate")["n"]),
}
