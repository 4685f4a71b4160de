"""What is planted in the sample company, with the names of the accounts it is planted in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from accountlens.demo.accounts import CONTROL, TREATED
from accountlens.demo.climate import HANDOVER_FACTOR, INCIDENT_MONTHS
from accountlens.demo.dirt import Fault
from accountlens.demo.fates import COOLS_OFF, LEAVES_SUDDENLY
from accountlens.demo.scale import Array, Day
from accountlens.demo.vocabulary import ASSIST, PRODUCTS, PROGRAM, VENDOR
from accountlens.demo.world import World

STORY = f"""\
{VENDOR} sells planning software to {{accounts}} accounts. The data runs from {{start}} to {{end}} (excluded).

1. A program that works. The accounts of the list `target` are split into the groups `target` and `control`,
   which start out alike. From {{program}} on the program "{PROGRAM}" reaches the group `target` only: its
   pipeline, win rate and sales rise, those of `control` do not.
2. Accounts cool off before they leave. {{cooled}} customers do less and less for three to five months, then
   leave: touches and usage fall to an eighth, tickets triple, NPS falls. {{cooling_now}} more are cooling
   off as the data ends.
3. {{sudden}} customers leave without a sign; {{returned}} of them come back after some months
   (reactivation).
4. Seasons. August and December are quiet; deals close towards the end of a quarter.
5. A reorganisation of owners. On {{reorganised}} {{moved}} accounts change their owner; for two months
   their owners reach out {round(100 * (1 - HANDOVER_FACTOR))} % less than before.
6. Tier A is different: sales cycles are two to three times those of tier C, deals almost ten times as
   large.
7. A bad release. In the {INCIDENT_MONTHS} months from {{incident}} on tickets double, answers take longer,
   NPS and CSAT fall.
8. A new product. {PRODUCTS[ASSIST][0]} is launched on {{launched}} and leads the cross-sell from then on.
9. Few accounts are hot. Most stay below 100 points in 90 days; those near a deal rise above it, and
   business development accepts about half of them within weeks.
10. Happy customers buy more and speak for us: NPS, upsells, references and goals reached share one hidden
    mood.
11. Sales is unhappy after the reorganisation: its eNPS falls for half a year. Finance has four people, so
    its answers stay hidden.
12. Rows arrive late (four in a thousand activities, by one to three months), and CSV files hold faulty
    rows.
"""


@dataclass(frozen=True)
class Leaving:
    """A customer that cools off before it leaves."""

    account_id: str
    name: str
    cools_from: date  # first day of the month in which it begins
    leaves_on: date  # first day no longer a customer


@dataclass(frozen=True)
class Story:
    """The planted facts of one sample company."""

    start: date
    end: date  # first day not in the data
    accounts: int
    program_from: date
    reorganised_on: date
    incident_from: date
    incident_until: date  # first day after it
    launched_on: date
    treated: tuple[str, ...]  # account ids
    control: tuple[str, ...]
    moved: tuple[str, ...]
    cooled: tuple[Leaving, ...]
    cooling_now: tuple[Leaving, ...]
    left_suddenly: tuple[str, ...]
    returned: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]  # names of the largest groups, with the number of their subsidiaries

    def text(self, faults: Mapping[Fault, int] | None = None) -> str:
        """The whole story in Markdown, with dates and names, and the faulty rows that were written."""
        told = STORY.rstrip().format(
            accounts=self.accounts,
            start=self.start,
            end=self.end,
            program=self.program_from,
            cooled=len(self.cooled),
            cooling_now=len(self.cooling_now),
            sudden=len(self.left_suddenly),
            returned=len(self.returned),
            reorganised=self.reorganised_on,
            moved=len(self.moved),
            incident=self.incident_from,
            launched=self.launched_on,
        )
        parts = [
            f"# The story in the data of {VENDOR}",
            told,
            _leaving_table("Cooled off, then left", self.cooled),
            _leaving_table("Cooling off now", self.cooling_now),
            _group_table(self.groups),
        ]
        if faults:
            parts.append(_fault_table(faults))
        return "\n\n".join(parts) + "\n"


def _leaving_table(title: str, rows: tuple[Leaving, ...]) -> str:
    lines = [f"| {row.account_id} | {row.name} | {row.cools_from} | {row.leaves_on} |" for row in rows]
    return "\n".join([f"## {title}", "", "| account | name | cools from | leaves on |", "|---|---|---|---|", *lines])


def _group_table(groups: tuple[tuple[str, int], ...]) -> str:
    lines = [f"| {name} | {count} |" for name, count in groups]
    return "\n".join(["## Largest groups", "", "| group | subsidiaries |", "|---|---|", *lines])


def _fault_table(faults: Mapping[Fault, int]) -> str:
    lines = [f"| {fault.entity} | {fault.about} | {rows} | {fault.fate} |" for fault, rows in faults.items()]
    head = ["## Faulty rows, and what a refresh makes of them", "", "| table | fault | rows | fate |"]
    return "\n".join([*head, "|---|---|---|---|", *lines])


def tell(world: World) -> Story:
    """The story of a generated world."""
    scale, accounts, lives = world.scale, world.accounts, world.lives
    ids = np.array(accounts.ids.to_pylist(), dtype=object)
    inside = lives.ends < scale.end
    cooled = lives.departure == COOLS_OFF
    heads, counts = np.unique(accounts.parent[accounts.parent >= 0], return_counts=True)
    order = np.argsort(-counts, kind="stable")[:8]
    return Story(
        start=_day(scale.start),
        end=scale.ends,
        accounts=len(accounts),
        program_from=_day(scale.day(scale.program_month)),
        reorganised_on=_day(scale.day(scale.reorganisation_month)),
        incident_from=_day(scale.day(scale.incident_month)),
        incident_until=_day(scale.day(scale.incident_month + INCIDENT_MONTHS)),
        launched_on=_day(scale.day(scale.launch_month)),
        treated=tuple(ids[accounts.group == TREATED]),
        control=tuple(ids[accounts.group == CONTROL]),
        moved=tuple(ids[world.team.moved]),
        cooled=_leaving(world, np.flatnonzero(cooled & inside)),
        cooling_now=_leaving(world, np.flatnonzero(cooled & ~inside)),
        left_suddenly=tuple(ids[lives.account[(lives.departure == LEAVES_SUDDENLY) & inside]]),
        returned=tuple(ids[lives.account[lives.returned & (lives.begins < scale.end)]]),
        groups=tuple((accounts.name[heads[at]], int(counts[at])) for at in order),
    )


def _leaving(world: World, rows: Array) -> tuple[Leaving, ...]:
    lives, scale = world.lives, world.scale
    rows = rows[np.argsort(lives.ends[rows], kind="stable")]
    first = scale.month_of(lives.ends[rows]) - lives.cooling_months[rows]
    return tuple(
        Leaving(
            account_id=world.accounts.ids[int(lives.account[row])].as_py(),
            name=world.accounts.name[int(lives.account[row])],
            cools_from=_day(scale.day(int(month))),
            leaves_on=_day(lives.ends[row]),
        )
        for row, month in zip(rows.tolist(), first.tolist(), strict=True)
    )


def _day(day: Day) -> date:
    return date.fromisoformat(str(day.astype("M8[D]")))
