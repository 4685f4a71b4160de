"""What credit keeps to, whatever the journeys: it adds up, touch by touch as the models do it one journey at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.engine.messy import Dice, Rows
from tests.laws.books import Books, books, moment, same, shuffled

from accountlens.models.attribution import positions

YEAR = "2023-06..2024-05"
MODELS = ("first", "last", "linear", "u_shaped", "w_shaped", "full_path", "time_decay", "shapley")
CHOICES = ("", "repeat=per_channel", "path=person", "lookback_days=14", "value=count")
WEIGHTS = ("[0.3, 0, 0.7]", "[0, 1, 0]", "[5, 1, 2]")
QUIET = {"email_sent", "email_delivered", "email_bounced", "ad_impression"}


def journeys(seed: int) -> dict[str, Rows]:
    """The books with campaigns in half of the activities; often several at one instant, at the close or at the edge of the window."""
    dice, tables = Dice(seed), books(seed, 6)
    deals = [row for row in tables["opportunities"] if row["closed_at"] and row["account_id"]]
    tables["campaigns"] = [
        {"campaign_id": f"k{number}", "name": f"K{number}", "channel": channel, "program": dice.maybe(f"p{number % 2}", 0.8)}
        for number, channel in enumerate(["mail", "fair", "ads", "mail", None])
    ]  # fmt: skip
    for row in tables["activities"]:
        row["campaign_id"] = dice.maybe(f"k{dice.randrange(6)}", 0.7)  # k5 is not known
        row["channel"] = dice.maybe("web", 0.4)
        row["kind"] = dice.choice(["page_view", "email_clicked", "call", "email_sent", "ad_impression", "unheard_of"])
        if row["account_id"] and row["contact_id"] is None and dice.random() < 0.5:
            deal = dice.choice(deals)
            before = timedelta(days=dice.choice([0, 0, 1, 7, 14, 90]), seconds=dice.choice([0, 0, 1, -1]))
            row |= {"account_id": deal["account_id"], "occurred_at": deal["closed_at"] - before}
    tables["leads"] = [
        {"lead_id": f"l{number}", "account_id": dice.choice(tables["accounts"])["account_id"], "created_at": moment(dice),
         "contact_id": dice.maybe(dice.choice(tables["contacts"])["contact_id"], 0.5)}
        for number in range(8)
    ]  # fmt: skip
    pairs = {(deal["opportunity_id"], dice.choice(tables["contacts"])["contact_id"]) for deal in deals}
    tables["opportunity_contacts"] = [
        {"opportunity_id": deal, "contact_id": contact} for deal, contact in sorted(pairs)
    ]
    return tables


@pytest.fixture(
    scope="module", params=[("UTC", 21), ("Europe/Berlin", 22), ("UTC", 23)], ids=lambda item: f"{item[0]}-{item[1]}"
)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Books:
    zone, seed = request.param
    return Books(journeys(seed), tmp_path_factory.mktemp("journeys"), zone)


def paths(company: Books, days: int = 90, person: bool = False) -> dict[str, Rows]:
    """The touches of each won deal, by hand: those of its account (of the people it names) in the days before, in order."""
    named = {(row["opportunity_id"], row["contact_id"]) for row in company.tables["opportunity_contacts"]}
    people = {row["contact_id"]: row for row in company.tables["contacts"]}
    known = {row["campaign_id"]: row for row in company.tables["campaigns"]}
    found: dict[str, Rows] = {}
    for deal in company.tables["opportunities"]:
        if deal["status"] != "won" or deal["closed_at"] is None or deal["account_id"] is None:
            continue
        touches = [
            {**row, "channel": known.get(row["campaign_id"], {}).get("channel") or row["channel"]}
            for row in company.tables["activities"]
            if row["campaign_id"] and row["kind"] not in QUIET and row["account_id"] == deal["account_id"] and not row["is_bot"]
            and not people.get(row["contact_id"], {}).get("is_internal")
            and (not person or (deal["opportunity_id"], row["contact_id"]) in named)
            and deal["closed_at"] - timedelta(days=days) <= row["occurred_at"] <= deal["closed_at"]
        ]  # fmt: skip
        if touches:
            found[deal["opportunity_id"]] = sorted(touches, key=lambda row: (row["occurred_at"], row["activity_id"]))
    return found


def credits_of(model: str, company: Books, deal: dict[str, Any], touches: Rows) -> list[float]:
    """What the models say of one journey."""
    count, amount = len(touches), deal["amount"] or 0.0
    times = [row["occurred_at"] for row in touches]
    internal = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    leads = [
        row["created_at"]
        for row in company.tables["leads"]
        if row["account_id"] == deal["account_id"] and row["contact_id"] not in internal
    ]
    lead = positions.milestone_touch(times, seen(min(leads, default=None), deal["closed_at"]))
    opened = positions.milestone_touch(times, seen(deal["created_at"], deal["closed_at"]))
    match model:
        case "first" | "last" | "linear" | "u_shaped":
            return list(getattr(positions, model)(count, amount))
        case "w_shaped" | "full_path":
            return list(getattr(positions, model)(count, amount, lead=lead, opportunity=opened))
        case "u_shaped(u_lead=true)":
            return positions.u_lead(count, amount, lead=lead)
        case "time_decay":
            ages = [(deal["closed_at"] - time) / timedelta(days=1) for time in times]
            return positions.time_decay(ages, amount)
        case _:
            return positions.linear_per_channel([row["channel"] for row in touches], amount)


def seen(instant: datetime | None, closed: datetime) -> datetime | None:
    return instant if instant is not None and instant <= closed else None


@pytest.mark.parametrize("model", [*MODELS, "u_shaped(u_lead=true)", "linear(path=person)", "first(lookback_days=14)"])
def test_credit_is_that_of_each_journey_alone(company: Books, model: str) -> None:
    deals = {row["opportunity_id"]: row for row in company.tables["opportunities"]}
    plain = model if "u_lead" in model else model.partition("(")[0]
    found = company.ask(
        f"attribution_{model}", by=("opportunity_id", "activity_id"), period="2023-01..2024-06", grain="total"
    )
    answered = {
        (row["by"]["opportunity_id"], row["by"]["activity_id"]): row["value"]
        for row in found
        if row["by"]["opportunity_id"] and row["by"]["activity_id"]
    }
    expected = {
        (id_, touch["activity_id"]): credit
        for id_, touches in paths(company, 14 if "14" in model else 90, "person" in model).items()
        if datetime(2023, 1, 1) <= deals[id_]["closed_at"] < datetime(2024, 6, 1)
        for touch, credit in zip(touches, credits_of(plain, company, deals[id_], touches), strict=True)
    }
    assert expected.keys() == answered.keys()
    assert len(expected) > (20 if plain == model else 0)
    for key, credit in expected.items():
        assert same(credit, answered[key]), (key, credit, answered[key])


def test_credits_of_a_win_add_up_to_its_value(company: Books) -> None:
    deals = {row["opportunity_id"]: row for row in company.tables["opportunities"]}
    asked = [
        f"attribution_{model}({choice})" if choice else f"attribution_{model}"
        for model, choice in product(MODELS, CHOICES)
    ]
    asked += [f"attribution_u_shaped(weights={weights})" for weights in WEIGHTS]
    asked += [f"attribution_u_shaped(u_lead=true, weights={weights})" for weights in WEIGHTS]
    asked += [
        "attribution_u_shaped(u_lead=true, repeat=per_channel)",
        "attribution_time_decay(half_life_days=0.001)",
        "attribution_last(skip_direct=true)",
    ]
    for kpi in asked:
        for row in company.ask(kpi, by=("opportunity_id",), period=YEAR, grain="total"):
            id_ = row["by"]["opportunity_id"]
            if id_ is not None:
                whole = 1.0 if "count" in kpi else deals[id_]["amount"] or 0.0
                assert same(whole, row["value"]), (kpi, id_)


def test_every_model_shares_out_the_same_whole(company: Books) -> None:
    models = [f"attribution_{model}" for model in MODELS]
    for by in ("channel", "campaign_id", "program", "tier"):
        whole = company.values("attribution_linear", period=YEAR, grain="quarter")
        values = company.values(*models, by=by, period=YEAR, grain="quarter")
        for kpi, period in {(kpi, period) for kpi, period, _ in values}:
            groups = [
                value for (asked, when, group), value in values.items() if (asked, when) == (kpi, period) and group
            ]
            total = values[(kpi, period, None)]
            assert same(total, sum(value or 0 for value in groups))
            assert same(total, whole[("attribution_linear", period, None)])


def test_what_is_credited_and_what_is_not_are_all_that_was_won(company: Books) -> None:
    credited = company.values("attribution_last", period=YEAR, grain="quarter")
    for row in company.ask("attribution_coverage", period=YEAR, grain="quarter"):
        parts = row["parts"]
        assert same(parts["attributed"], credited[("attribution_last", row["period"], None)])
        assert same(parts["won"], parts["attributed"] + parts["unattributed"])


def test_shapley_is_linear_by_distinct_channel(company: Books) -> None:
    one = company.values("attribution_shapley", by="channel", period=YEAR, grain="quarter")
    other = company.values("attribution_linear(repeat=per_channel)", by="channel", period=YEAR, grain="quarter")
    assert one
    for (_, period, group), value in one.items():
        assert same(value, other[("attribution_linear(repeat=per_channel)", period, group)])


def test_sourced_is_influenced_and_a_longer_window_influences_more(company: Books) -> None:
    short, long, late = "influenced_pipeline(window_days=30)", "influenced_pipeline", "influenced_pipeline(until=close)"
    for by in ("tier", "owner_id", "account_id"):
        values = company.values(short, long, late, "sourced_pipeline", by=by, period=YEAR, grain="quarter")
        for (kpi, period, group), value in values.items():
            if kpi == long:
                assert (values.get((short, period, group)) or 0) <= (value or 0) + 1e-6
                assert (values.get(("sourced_pipeline", period, group)) or 0) <= (value or 0) + 1e-6
                assert (value or 0) <= (values.get((late, period, group)) or 0) + 1e-6
    for row in company.ask("influence_rate", by=("tier",), period=YEAR, grain="quarter"):
        assert row["value"] is None or 0 <= row["value"] <= 1
        assert row["parts"]["influenced_amount"] <= row["parts"]["created_amount"] + 1e-6


def test_a_multiple_is_one_more_than_the_return(company: Books) -> None:
    for attribution in ("linear", "first", "shapley"):
        asked = [
            f"{kpi}(attribution={attribution})" if attribution != "linear" else kpi
            for kpi in ("roi", "return_multiple")
        ]
        values = company.values(*asked, by="program", period=YEAR, grain="quarter")
        for (kpi, period, group), value in values.items():
            if kpi == asked[0]:
                assert same(None if value is None else value + 1, values[(asked[1], period, group)])


def test_the_order_of_rows_does_not_matter(company: Books, tmp_path: Path) -> None:
    mixed = Books(shuffled(company.tables), tmp_path, company.zone)
    models = [f"attribution_{model}" for model in MODELS]
    for by in ("channel", "account_id"):
        kpis = [*models, "influenced_pipeline", "sourced_pipeline"]
        one, other = (books.values(*kpis, by=by, period=YEAR, grain="quarter") for books in (company, mixed))
        assert one.keys() == other.keys()
        for key, value in one.items():
            assert same(value, other[key]), key
