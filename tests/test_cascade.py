"""A target split over its parts and gathered back: nothing is lost, and what is not given remains."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.selling import selling

from accountlens.errors import AccountlensError
from accountlens.targets.book import Targets
from accountlens.targets.cascade import apply, gather, gathered, split
from accountlens.targets.fitting import Wish
from accountlens.targets.splitting import rounded, step_of, weighed
from accountlens.workspace import Workspace

CENT = Decimal("0.01")
amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2).map(float)
weights = st.lists(st.floats(min_value=0.0, max_value=1e6), min_size=1, max_size=40).filter(lambda of: sum(of) > 1e-3)


@given(amounts, weights, st.sampled_from(["count", "money"]))
def test_the_parts_add_up_to_the_whole_to_the_cent_and_none_is_off_by_a_step(
    total: float, bases: list[float], unit: str
) -> None:
    step = step_of(unit)
    total = float(int(total)) if unit == "count" else total
    shares = weighed("last-year", ["x"] * len(bases), bases, {})
    parts = rounded(total, shares, step)
    assert sum((Decimal(repr(part)) for part in parts if part is not None), Decimal(0)) == Decimal(repr(total))
    for share, part in zip(shares, parts, strict=True):
        assert (part is None) == (not share)
        if part is not None and share:
            assert Decimal(repr(part)) % step == 0
            assert abs(part - total * share) <= float(step) * (1 + 1e-6) + abs(total) * 1e-12


@given(amounts, st.lists(st.floats(min_value=0.01, max_value=0.1), min_size=1, max_size=9))
def test_given_shares_of_less_than_all_leave_the_rest(total: float, shares: list[float]) -> None:
    names = [str(place) for place in range(len(shares))]
    parts = rounded(total, weighed("weights", names, [], dict(zip(names, shares, strict=True))), CENT)
    given_ = sum(part for part in parts if part is not None)
    assert given_ == pytest.approx(total * sum(shares), abs=0.011)


def test_weights_are_shares_where_they_are_no_more_than_all() -> None:
    assert weighed("weights", ["A", "B"], [], {"A": 3, "B": 1}) == [0.75, 0.25]
    assert weighed("weights", ["A", "B"], [], {"A": 1, "B": 1}) == [0.5, 0.5]
    assert weighed("weights", ["A", "B"], [], {"A": 0.5, "B": 0.2}) == [0.5, 0.2]
    assert weighed("evenly", ["A", "B"], [], {}) == [0.5, 0.5]
    for wrong in ({"A": 0.7, "B": 0.6}, {"A": -1, "B": 3}, {}, {"A": 0, "B": 0}):
        with pytest.raises(AccountlensError, match=r"shares add up|weights say nothing"):
            weighed("weights", ["A", "B"], [], wrong)
    with pytest.raises(AccountlensError, match="no way to split"):
        weighed("fairly", ["A"], [1.0], {})
    with pytest.raises(AccountlensError, match="both signs"):
        weighed("last-year", ["A", "B"], [1.0, -2.0], {})
    with pytest.raises(AccountlensError, match="nothing to take shares of"):
        weighed("last-year", ["A", "B"], [0.0, None], {})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return selling(tmp_path_factory.mktemp("selling"))


def target(book: Targets, kpi: str, amount: str | float, period: str, scope: str = "company") -> str:
    return book.set([Wish(kpi, scope, period, amount)], None)[0].id


def test_a_company_target_is_split_by_the_shares_of_last_year(workspace: Workspace) -> None:
    book = workspace.targets()
    id_ = target(book, "sales_revenue", "10,000.01", "2026-Q3")
    found = split(book, id_, "owner")
    assert [(part.scope.value, part.base, part.value) for part in found.parts] == [
        ("E1", 7200.0, 6000.01), ("E2", 3600.0, 3000.0), ("E3", 1200.0, 1000.0)
    ]  # fmt: skip
    assert (found.total, found.given, found.remainder, found.elsewhere) == (10_000.01, 10_000.01, 0.0, 0.0)
    assert book.wanted("sales_revenue", "owner") == []
    kept = apply(book, found, "u1", "split")
    assert [(one.parent, one.author_id, one.note) for one in kept] == [(id_, "u1", "split")] * 3
    rows = workspace.ask("sales_revenue", by="owner_id", period="2026-Q3", compare="target").rows()
    beside = {row["by"]["owner_id"]: row["compare"]["target"]["value"] for row in rows}
    assert beside == {"E1": 6000.01, "E2": 3000.0, "E3": 1000.0, None: 10_000.01}


def test_what_is_gathered_is_the_sum_of_the_parts_and_what_they_are_short_of(workspace: Workspace) -> None:
    book = workspace.targets()
    id_ = target(book, "sales_revenue", 1_000, "2026-Q4")
    with pytest.raises(AccountlensError, match="No part has a target"):
        gather(book, gathered(book, id_, "tier"), None)
    target(book, "sales_revenue", 700, "2026-Q4", "tier:A")
    found = gathered(book, id_, "tier")
    assert (found.given, found.remainder, found.said) == (700.0, 300.0, ["1 of 2 have no target."])
    target(book, "sales_revenue", 450, "2026-Q4", "tier:B")
    assert gathered(book, id_, "tier").remainder == -150.0
    gather(book, gathered(book, id_, "tier"), "u1")
    assert book.worths([book.one(id_)])[book.one(id_).number].value == 1_150.0
    assert len(book.history(id_)) == 2


def test_a_year_is_split_over_its_months_by_their_season(workspace: Workspace) -> None:
    book = workspace.targets()
    found = split(book, target(book, "sales_revenue", 48_000, "2026"), "month")
    assert [part.name for part in found.parts] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert [part.value for part in found.parts] == [2400.0, 2400.0, 7200.0] * 4
    quarters = split(book, found.parent.id, "quarter", "weights", {"2026-Q1": 0.25, "2026-Q2": 0.25})
    assert (quarters.given, quarters.remainder) == (24_000.0, 24_000.0)


def test_a_share_is_handed_down_as_it_is_and_that_is_said(workspace: Workspace) -> None:
    book = workspace.targets()
    found = split(book, target(book, "win_rate", "40%", "2026-Q3"), "owner")
    assert {part.value for part in found.parts} == {0.4}
    assert (found.added, found.given, found.remainder) == (False, None, None)
    assert "does not add up" in found.said[0]
    with pytest.raises(AccountlensError, match="does not add up"):
        gather(book, gathered(book, found.parent.id, "owner"), None)


def test_a_count_is_split_in_whole_things(workspace: Workspace) -> None:
    book = workspace.targets()
    found = split(
        book, target(book, "opportunities_created", 10, "2026-Q3"), "owner", "evenly", among=["Ann", "E2", "E4"]
    )
    assert [part.value for part in found.parts] == [4.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("kpi", "scope", "period", "over", "weights", "what"),
    [
        ("mrr", "company", "2026-Q3", "month", {}, "stands at the end of a period"),
        ("sales_revenue", "tier:A", "2026-Q3", "owner", {}, "cannot be split over 'owner'"),
        ("sales_revenue", "company", "2026-08", "month", {}, "consists of no months"),
        ("sales_revenue", "company", "2026-Q3", "owner", {"Zoe": 1.0}, "no owner 'Zoe'"),
        ("sales_revenue", "company", "2026-Q3", "month", {"2026-01": 1.0}, "which is no month"),
        ("sales_revenue", "team:South", "2026-Q3", "owner", {"E1": 1.0}, "0 owners lie in team:South"),
    ],
)
def test_what_cannot_be_split_so_is_refused(
    workspace: Workspace, kpi: str, scope: str, period: str, over: str, weights: dict[str, float], what: str
) -> None:
    book = workspace.targets()
    id_ = target(book, kpi, 900, period, scope)
    with pytest.raises(AccountlensError, match=what):
        split(book, id_, over, "weights" if weights else "last-year", weights)


def test_a_team_is_split_over_its_own_people_alone(workspace: Workspace) -> None:
    book = workspace.targets()
    found = split(book, target(book, "sales_revenue", 4_000, "2026-Q3", "team:South"), "owner")
    assert [(part.scope.value, part.value) for part in found.parts] == [("E2", 3000.0), ("E3", 1000.0)]


def test_a_company_without_the_table_of_people_has_no_owners(tmp_path: Path) -> None:
    bare = selling(tmp_path)
    (bare.folder / "data" / "employees.csv").unlink()
    bare.refresh()
    book = Workspace(bare.folder).targets()
    assert set(book.scopes.names["owner"]) == {"E1", "E2", "E3"}
    assert book.scopes.names["team"] == {}
