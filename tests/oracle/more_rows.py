"""What chance alone seldom brings: times exactly on the edge of a window, and accounts whose first deal comes late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine.messy import AS_OF, Dice, Rows
from tests.oracle.ground import Ground
from tests.oracle.mqa import by_default, by_less

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)
MONTHS = [date(2023, 12, 1), date(2024, 1, 1), date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)]
AT = {
    "activities": "occurred_at",
    "usage_events": "occurred_at",
    "tickets": "created_at",
    "survey_responses": "answered_at",
}


def newcomers(dice: Dice, tables: dict[str, Rows], ids: list[str]) -> None:
    """Three accounts without a deal before the winter, one of them on the target list; a few more on it, or its control group."""
    late, begin = ids[-3:], datetime(2023, 12, 10)
    for row in tables["opportunities"]:
        times = [row[name] for name in ("created_at", "closed_at") if row[name] is not None]
        if row["account_id"] in late and min(times, default=begin) < begin:
            row["account_id"] = ids[0]
    for row in tables["activities"]:
        if row["account_id"] in late and dice.random() < 0.9:
            row["campaign_id"] = None  # so that a touch on an edge is the only one
    tables["account_list_members"] += [
        _member(dice, id_, group)
        for id_, group in zip([*late, *ids[:4]], ["target", None, "target", "control", "control", "target", "target"], strict=True)
    ]  # fmt: skip


def _member(dice: Dice, id_: str, group: str | None) -> dict[str, Any]:
    joined = datetime(2023, 9, dice.randint(1, 28), 5)
    left = dice.maybe(dice.choice([datetime(2024, 3, 1), datetime(2024, 4, 20, 12)]), 0.3)
    return {"account_id": id_, "list": "target", "group": group, "joined_at": joined, "left_at": left}


def on_edges(dice: Dice, tables: dict[str, Rows], zone: ZoneInfo) -> None:
    """Times (UTC by now) exactly 30 and 90 days before a month's end, before a deal's turn, and 30 days after an MQL."""
    ends = [datetime(day.year, day.month, 1, tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for day in MONTHS]
    for entity, column in AT.items():
        for row in tables[entity]:
            if dice.random() < 0.06:
                row[column] = (
                    dice.choice(ends) - dice.choice([30, 90]) * DAY - dice.choice([0, 0, 1]) * timedelta(seconds=1)
                )
    turns = [(row, row[name]) for row in tables["opportunities"] for name in ("created_at", "closed_at") if row[name]]
    for row in tables["activities"]:
        if row["contact_id"] is None and dice.random() < 0.3:
            deal, at = dice.choice(turns)
            if deal["account_id"] is not None:
                before = dice.choice([0, 0, 90]) * DAY + dice.choice([-1, 0, 0, 1]) * timedelta(seconds=1)
                row |= {"account_id": deal["account_id"], "occurred_at": at - before, "campaign_id": "k1"}
    for row in tables["leads"]:
        if row["became_mql_at"] is not None and dice.random() < 0.1:
            row["became_sql_at"] = row["became_mql_at"] + dice.choice([0, 30]) * DAY


def journeys(dice: Dice, tables: dict[str, Rows]) -> None:
    """Touches without a campaign's channel, some of them direct, and deals that name the people who were touched."""
    for row in tables["campaigns"]:
        row["channel"] = row["channel"] or dice.choice(["fair", None, None])
    for row in tables["activities"]:
        row["channel"] = "direct" if dice.random() < 0.2 else row["channel"]
    touches = [row for row in tables["activities"] if row["campaign_id"] and row["contact_id"] and row["account_id"]]
    pairs = {(row["opportunity_id"], row["contact_id"]) for row in tables["opportunity_contacts"]}
    for deal in tables["opportunities"]:
        mine = [row for row in touches if row["account_id"] == deal["account_id"] and dice.random() < 0.2]
        pairs |= {(deal["opportunity_id"], row["contact_id"]) for row in mine[:3]}
    known = tables["opportunity_contacts"][0]
    tables["opportunity_contacts"] = [
        {**known, "opportunity_id": deal, "contact_id": contact} for deal, contact in sorted(pairs)
    ]


def acceptances(dice: Dice, tables: dict[str, Rows], zone: str) -> None:
    """Of half the entries into qualification, sales decides exactly then, exactly 30 days after, or a second too late."""
    stages, ground = tables["account_stage_events"], Ground(tables, zone, AS_OF)
    for account, times in [*by_default(ground).items(), *by_less(ground).items()]:
        for entry in [start for start, _, enters in times if enters and dice.random() < 0.5]:
            near = [
                row for row in stages if row["account_id"] == account and abs(row["occurred_at"] - entry) < 32 * DAY
            ]
            at = entry + dice.choice([timedelta(), 30 * DAY, 30 * DAY + timedelta(seconds=1)])
            stages[:] = [row for row in stages if row not in near] + [
                {**stages[0], "account_id": account, "stage": "sqa", "occurred_at": at}
            ]
