"""Generates the sample company into a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa

from accountlens.demo import (
    billing,
    leads,
    lists,
    money,
    opportunities,
    orders,
    outcomes,
    people,
    support,
    team,
)
from accountlens.demo.accounts import accounts_table
from accountlens.demo.interactions import Heat, activity_tables
from accountlens.demo.moment import Stage, make_market, make_pursuit
from accountlens.demo.scale import ACTIVITIES_PER_ACCOUNT_MONTH, Scale
from accountlens.demo.story import Story, tell
from accountlens.demo.usage import usage_tables
from accountlens.demo.vocabulary import VENDOR
from accountlens.demo.voice import make_surveys
from accountlens.demo.world import World, make_world
from accountlens.demo.write import FileFormat, Writer

SETTINGS = f"""\
name: {VENDOR}
time_zone: Europe/Berlin
currency: EUR
fiscal_year_starts: 1
business_hours: Mon-Fri 09:00-17:00
gross_margin: 0.78

kpi_options:
  buying_group_coverage: {{buying_roles: [decision_maker, economic_buyer, champion]}}

sources:
  files: {{type: files, path: data}}
"""


def make_scale(seed: int, accounts: int, months: int, activities: int | None, ends: date) -> Scale:
    """The size, with the number of activities that fits the accounts where none is asked for."""
    if accounts < 20 or months < 6:
        raise ValueError(f"A company of {accounts} accounts over {months} months is too small: take 20 and 6 or more.")
    usual = round(ACTIVITIES_PER_ACCOUNT_MONTH * accounts * months)
    return Scale(seed, accounts, months, ends, usual if activities is None else activities)


def story(*, seed: int = 7, accounts: int = 400, months: int = 36, ends: date = date(2026, 10, 1)) -> Story:
    """What is planted in the company that `generate` writes for the same arguments."""
    return tell(make_world(make_scale(seed, accounts, months, None, ends)))


def generate(
    folder: Path,
    *,
    seed: int = 7,
    accounts: int = 400,
    months: int = 36,
    activities: int | None = None,
    ends: date = date(2026, 10, 1),
    file_format: FileFormat = "csv",
    on_step: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Write the sample company as a workspace: settings, the story, and one file per entity under `data`.

    Args:
        folder: The workspace; made where it does not exist.
        seed: The same seed gives the same company.
        accounts: At least 20.
        months: Whole months before `ends`, at least 6.
        activities: About how many activities to write; by default what fits the accounts. With many more than
            that, most accounts qualify, and the thresholds no longer discriminate.
        ends: First day not in the data.
        file_format: CSV files hold a few faulty rows, Parquet files none.
        on_step: Told the name of each part before it is made.

    Returns:
        Rows written per entity, faulty ones included.
    """
    told = on_step or (lambda _: None)
    told("world")
    world = make_world(make_scale(seed, accounts, months, activities, ends))
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    writer = Writer(data, file_format, world.scale)
    for step in (_write_accounts, _write_sales, _write_revenue, _write_voice, _write_events):
        told(step.__name__.removeprefix("_write_"))
        step(world, writer)
    (folder / "accountlens.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "STORY.md").write_text(tell(world).text(writer.faults), encoding="utf-8")
    return dict(sorted(writer.rows.items()))


def _write_accounts(world: World, writer: Writer) -> None:
    scale, accounts = world.scale, world.accounts
    owners = world.team.ids.take(pa.array(world.team.owner_after))
    writer.write("accounts", accounts_table(scale, accounts, owners))
    writer.write("account_history", team.history_table(scale, accounts, world.team))
    writer.write("account_list_members", lists.members_table(scale, accounts))
    writer.write("employees", team.employees_table(scale, world.team))
    contacts = people.contacts_table(scale, accounts, world.people)
    writer.write("contacts", contacts)
    mail = contacts["email"].combine_chunks()
    writer.write("leads", leads.leads_table(scale, accounts, world.people, world.deals, world.team, mail))


def _write_sales(world: World, writer: Writer) -> None:
    scale, accounts, deals = world.scale, world.accounts, world.deals
    campaigns = money.make_campaigns(scale)
    steps = opportunities.make_steps(scale, deals)
    involved = opportunities.make_involved(scale, accounts, world.people, deals)
    writer.write(
        "opportunities",
        opportunities.opportunities_table(scale, accounts, world.team, campaigns, deals, steps),
    )
    writer.write("opportunity_history", opportunities.history_table(scale, deals, world.team, steps))
    writer.write("opportunity_contacts", opportunities.opportunity_contacts_table(world.people, deals, involved))
    writer.write("campaigns", money.campaigns_table(scale, campaigns))
    writer.write("costs", money.costs_table(scale, campaigns, accounts, deals))
    writer.write("quotas", money.quotas_table(scale, world.team, accounts, deals))


def _write_revenue(world: World, writer: Writer) -> None:
    scale, accounts, lives, segments = world.scale, world.accounts, world.lives, world.segments
    seats = billing.seats_of(accounts, lives, world.people, segments)
    writer.write("products", money.products_table())
    writer.write("product_eligibility", money.eligibility_table(accounts))
    writer.write("fx_rates", money.rates_table(scale))
    writer.write("subscriptions", billing.subscriptions_table(scale, accounts, lives, segments, seats))
    writer.write("contracts", billing.contracts_table(scale, accounts, lives, world.contracts))
    writer.write("licences", billing.licences_table(scale, accounts, lives, segments, seats))
    writer.write("orders", orders.orders_table(scale, accounts, lives, world.climate))


def _write_voice(world: World, writer: Writer) -> None:
    scale, accounts, climate = world.scale, world.accounts, world.climate
    tickets = support.make_tickets(scale, accounts, world.people, climate)
    writer.write("tickets", support.tickets_table(scale, accounts, world.people, tickets))
    writer.write("ticket_comments", support.comments_table(scale, tickets))
    responses, invitations = make_surveys(scale, accounts, world.people, climate, tickets, world.team)
    writer.write("survey_responses", responses)
    writer.write("survey_invitations", invitations)
    goals = outcomes.make_goals(scale, accounts, world.lives, climate)
    writer.write("goals", outcomes.goals_table(scale, accounts, goals))
    writer.write("goal_progress", outcomes.progress_table(scale, goals))
    writer.write("advocacy_events", outcomes.advocacy_table(scale, accounts, climate))


def _write_events(world: World, writer: Writer) -> None:
    scale, accounts = world.scale, world.accounts
    stage = Stage(
        scale=scale,
        accounts=accounts,
        people=world.people,
        climate=world.climate,
        team=world.team,
        campaigns=money.make_campaigns(scale),
        deals=world.deals,
        interest=scale.stream("interest").lognormal(-0.405, 0.9, len(accounts)),
        market=make_market(scale, accounts, world.deals),
        pursuit=make_pursuit(scale, world.lives),
    )
    heat = Heat.empty(stage)
    involved = opportunities.make_involved(scale, accounts, world.people, world.deals)
    writer.stream("activities", activity_tables(stage, involved, heat))
    writer.write("account_stage_events", lists.stage_events_table(scale, accounts, heat))
    usage = usage_tables(scale, accounts, world.people, world.lives, world.segments, world.climate)
    writer.stream("usage_events", usage)
