"""Figures taken over from the snapshot before are those that would be made anew, whatever happened in between."""

from __future__ import annotations

import csv
import math
import random
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from accountlens import Workspace
from accountlens.demo import generate
from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.language.asked import Asked
from accountlens.refresh import keeper
from accountlens.standing import making
from accountlens.store.figures import FiguresReader

Row: TypeAlias = dict[str, str]
Figure: TypeAlias = tuple[str, str, int, tuple[str, ...]]  # signature, group, level, span of time
BEGINS = datetime(2026, 7, 2)  # what happens later is in the files, and unseen
FIGURES = "figures: {months: 3, quarters: 1, years: 1, also: [last-3-months], by: [tier]}\n"
# at and trailing, during and across, set beside others, seen from the horizon, views, models
SOME = frozenset(
    "engagement_score conversations stakeholders_engaged win_rate pipeline_value_open nrr_12m churn_mrr net_new_mrr nps "
    "email_open_rate first_response_time health_score resolution_time expansion_propensity_share mqa_count mql_to_sql_rate "
    "sales_growth_rate attribution_markov".split()
)


class Company:
    """A workspace whose files are edited between refreshes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.as_of, self.chance = folder, BEGINS, random.Random(seed)
        generate(folder, seed=seed, accounts=20, months=8, activities=2500)
        self.settings = folder / "accountlens.yaml"
        self.say(FIGURES)
        self.answer_late()

    def answer_late(self) -> None:
        """The tickets of June were answered after the first refresh: it knows when, and must not see it."""
        soon = f"{BEGINS + timedelta(days=2):%Y-%m-%d %H:%M:%S}"
        tickets = self.rows("tickets")
        late = [row for row in tickets if row["created_at"].startswith("2026-06")]
        for row in late:
            row["first_response_at"] = soon
        self.write("tickets", tickets)
        ids = {row["ticket_id"] for row in late}
        self.write("ticket_comments", [row for row in self.rows("ticket_comments") if row["ticket_id"] not in ids])

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    def say(self, text: str) -> None:
        self.settings.write_text(self.settings.read_text() + text)

    def reword(self, text: str, other: str) -> None:
        assert text in self.settings.read_text()
        self.settings.write_text(self.settings.read_text().replace(text, other))

    def rows(self, table: str) -> list[Row]:
        with (self.folder / "data" / f"{table}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[Row]) -> None:
        with (self.folder / "data" / f"{table}.csv").open("w", newline="") as file:
            told = csv.DictWriter(file, list(rows[0]))
            told.writeheader()
            told.writerows(rows)

    def change(self, table: str, where: Callable[[Row], bool], **values: str) -> None:
        """Other values in one of the rows."""
        rows = self.rows(table)
        self.chance.choice([row for row in rows if where(row)]).update(values)
        self.write(table, rows)

    def add(self, file: str, days_before: float, many: int = 20, **values: str) -> None:
        """Activities like those there are, so long before the present."""
        rows = self.chance.sample(self.rows("activities"), many)
        for number, row in enumerate(rows):
            at = self.as_of - timedelta(days=days_before, seconds=number)
            row |= {"activity_id": f"{file}-{number}", "occurred_at": f"{at:%Y-%m-%d %H:%M:%S}", **values}
        self.write(f"activities_{file}", rows)

    def refresh(self, days: float = 0) -> tuple[set[str], float]:
        """The figures are those that are made anew; what `was_computed`."""
        self.as_of += timedelta(days=days)
        workspace = self.workspace
        workspace.refresh(as_of=self.as_of)
        place = workspace.store.figures / workspace.snapshots()[0].id
        found, told = figures(place), self.was_computed()
        shutil.copytree(place, self.folder / "aside")
        workspace._keep_figures(None, True)
        assert_same(found, figures(place))
        shutil.rmtree(place)
        (self.folder / "aside").rename(place)  # what the next refresh takes over was taken over itself
        return told

    def was_computed(self) -> tuple[set[str], float]:
        """The tables of which a span was computed, and the share of all spans that was taken over."""
        (place,) = self.workspace.store.figures.iterdir()
        made = FiguresReader(place).made
        assert made is not None
        facts = [fact for of_dimension in made["facts"].values() for fact in of_dimension.items()]
        spans, taken_over = (sum(fact[name] for _, fact in facts) for name in ("spans", "taken_over"))
        return {table for table, fact in facts if fact["taken_over"] < fact["spans"]}, taken_over / spans


def figures(place: Path) -> dict[Figure, float]:
    """All that stands ready, by what it is."""
    reader, found = FiguresReader(place), {}
    assert reader.manifest is not None
    for by, told in reader.manifest["by"].items():
        every = [reader.texts(f"{by}/{part}/texts").tolist() for part in range(told["parts"])]
        assert len({text for texts in every for text in texts}) == sum(map(len, every)), "a group is in one part"
        for part, texts in enumerate(every):
            for signature, (name, column, reach) in told["figures"].items():
                table = reader.table(f"{by}/{part}/{name}")
                for group, level, p, value in zip(
                    table["group"], table["level"], table["p"], table[column], strict=True
                ):
                    if p in told["reach"][reach] and not math.isnan(value):
                        found[signature, texts[group], int(level), (by, *reader.manifest["spans"][p])] = float(value)
    return found


def assert_same(found: Mapping[Figure, float], anew: Mapping[Figure, float]) -> None:
    assert len(anew) > 1000
    assert found.keys() == anew.keys()
    wrong = {key: (found[key], value) for key, value in anew.items()
             if not math.isclose(found[key], value, rel_tol=1e-12, abs_tol=1e-9)}  # fmt: skip
    assert not wrong, (len(wrong), next(iter(wrong.items())))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few KPIs, tables that lie by month, and accounts in parts."""
    monkeypatch.setattr(keeper, "LEAST_ROWS", 200)
    monkeypatch.setattr(making, "AT_ONCE", 8)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(ground: Ground, session: Session, by: str) -> tuple[Asked, ...]:
        assert ground.catalog.kpis.keys() >= SOME
        return tuple(map(Asked, sorted(SOME)))

    monkeypatch.setattr(making, "kept_kpis", kept)


def a_day(company: Company) -> None:
    company.add(f"{company.as_of:%m-%d}", 0.2)


def late_rows(company: Company) -> None:
    company.add("late", 70, many=2)


def rows_gone(company: Company) -> None:
    answers = company.rows("survey_responses")
    company.write("survey_responses", [row for row in answers if not row["answered_at"].startswith("2026-06")])


def another_stage(company: Company) -> None:
    lost = {"status": "lost", "closed_at": f"{company.as_of - timedelta(days=40):%Y-%m-%d %H:%M:%S}"}
    company.change("opportunities", lambda row: row["status"] == "open", **lost)


def another_tier(company: Company) -> None:
    company.change("accounts", lambda row: row["tier"] == "C", tier="A")


def an_older_tier(company: Company) -> None:
    rows = company.rows("account_history")
    was_a = [row for row in rows if row["attribute"] == "tier" and row["value"] == "A"]
    assert was_a
    for row in was_a:
        row["value"] = "B"
    company.write("account_history", rows)


def a_new_account(company: Company) -> None:
    accounts = company.rows("accounts")
    company.write("accounts", [*accounts, {**accounts[-1], "account_id": "A00000", "domain": "zebra.example"}])
    company.add("of_new", 33, account_id="A00000", contact_id="")


def many_new_accounts(company: Company) -> None:
    accounts = company.rows("accounts")
    new = [{**accounts[-1], "account_id": f"B0000{n}", "domain": f"zebra{n}.example"} for n in range(10)]
    company.write("accounts", [*accounts, *new])


def an_account_gone(company: Company) -> None:
    accounts = company.rows("accounts")
    company.write("accounts", accounts[:3] + accounts[4:])


def accounts_merged(company: Company) -> None:
    ids = sorted(row["account_id"] for row in company.rows("accounts"))
    (company.folder / "merges.csv").write_text(f"loser_id,survivor_id\n{ids[4]},{ids[9]}\n")


def a_person_erased(company: Company) -> None:
    company.workspace.erase(company.rows("survey_responses")[0]["contact_id"])


def a_rate(company: Company) -> None:
    company.write("fx_rates", [{**row, "rate": str(float(row["rate"]) * 1.01)} for row in company.rows("fx_rates")])


def a_definition(company: Company) -> None:
    own = company.folder / "kpis"
    own.mkdir()
    built_in = Path(making.__file__).parent.parent / "catalog" / "kpis" / "pipeline" / "win_rate.yaml"
    (own / "win_rate.yaml").write_text(
        built_in.read_text().replace("status = 'lost'", "status in ('lost', 'disqualified')")
    )


def more_months(company: Company) -> None:
    company.reword("months: 3", "months: 4")


def other_groups(company: Company) -> None:
    company.reword("by: [tier]", "by: [tier, industry]")


def another_zone(company: Company) -> None:
    company.reword("Europe/Berlin", "America/New_York")


AT_ONCE = [
    ([late_rows, rows_gone, another_stage], 5),
    ([another_tier, an_older_tier], 0),
    ([a_new_account, an_account_gone, accounts_merged, a_person_erased, a_rate, a_definition, more_months], 0.5),
    ([many_new_accounts, other_groups, another_zone, a_day], 25),
]  # fmt: skip
ONE_BY_ONE = [
    a_day, late_rows, rows_gone, another_stage, another_tier, an_older_tier, a_new_account, an_account_gone, accounts_merged,
    a_person_erased, a_rate, a_definition, more_months, many_new_accounts, other_groups, another_zone,
]  # fmt: skip


def test_figures_are_as_if_made_anew_whatever_happens_and_what_did_not_change_is_taken_over(
    few: None, tmp_path: Path
) -> None:
    company = Company(tmp_path, 7)
    company.refresh()
    assert company.was_computed()[1] == 0
    computed, _ = company.refresh()
    assert [table.split("__")[0] for table in computed] == ["found_markov_credits"]  # fitted over all spans asked
    a_day(company)
    assert company.refresh(1)[1] > 0.4
    for changes, days in AT_ONCE:
        for change in changes:
            change(company)
        company.refresh(days)
    company.workspace.refresh(as_of=company.as_of, full=True)
    assert company.was_computed()[1] == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", [7, 8])
def test_whatever_happens_all_figures_are_as_if_made_anew(seed: int, tmp_path: Path) -> None:
    company = Company(tmp_path, seed)
    company.refresh()
    changes = company.chance.sample(ONE_BY_ONE, len(ONE_BY_ONE))
    for change in changes:
        change(company)
        company.refresh(company.chance.choice([0, 0.3, 1, 1, 8]))
