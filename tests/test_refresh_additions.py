"""Files that came in are added to a large table, and the tables are those of a full refresh, cell by cell."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.refreshing import Place
from tests.test_refresh_again import FACTS

HEADER = "activity_id,occurred_at,kind,account_id,contact_id,note\n"
START = datetime(2024, 1, 1)


def rows(*numbers: int, **more: str) -> str:
    """Activities in the course of half a year, of three accounts and people, some of them unknown."""
    return HEADER + "".join(
        f"x{n},{START + timedelta(hours=13 * n):%Y-%m-%d %H:%M},{more.get('kind', 'call')},"
        f"{more.get('account', ('a1', 'a2', '', 'gone')[n % 4])},c{n % 5},{more.get('note', 'n')}\n"
        for n in numbers
    )


@pytest.fixture(autouse=True)
def every_table_lies_by_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accountlens.refresh.keeper.LEAST_ROWS", 1)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refreshed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accountlens.refresh.keeper.LEAST_ROWS", 1)
        place = Place(folder, *FACTS).write(
            accounts="account_id,name\na1,Acme\na2,Bolt\n",
            contacts="contact_id,account_id\nc1,a1\nc2,\n",
            activities=rows(*range(0, 300, 3)) + "y1,soon,call,a1,c1,n\n",
        )
        place.refresh()
    return folder


@pytest.fixture
def place(refreshed: Path, tmp_path: Path) -> Place:
    return Place(shutil.copytree(refreshed, tmp_path / "place"), *FACTS)


def added(place: Place) -> set[str]:
    """Refresh, and see that it is what a full one gives; the tables of which only what came in was read."""
    found = set(place.refresh().added)
    place.assert_as_full()
    return found


def test_rows_of_a_new_file_are_added_and_other_months_keep_their_files(place: Place) -> None:
    before = place.current.tables["activities"].files
    assert len(before) > 4
    place.write(activities_2024_06=rows(298, 299, 301))
    report = place.refresh()
    assert report.added == ("activities",)
    assert len(set(place.current.tables["activities"].files) & set(before)) == len(before) - 1
    assert place.current.balance["activities"].accepted == 103
    place.assert_as_full()


def late_repeated_and_faulty_rows(place: Place) -> None:
    place.write(activities_2023_12=rows(1, 0, 3) + "y2,never,call,a1,c1,n\n")


def new_months_and_a_file_without_rows(place: Place) -> None:
    place.write(activities_2024_06=rows(*range(400, 420), kind="wave"), activities_2024_07=HEADER)


def people_who_are_known_now(place: Place) -> None:
    place.write(contacts="contact_id,account_id\nc1,a1\nc2,a2\nc3,a2\nc4,a1\n", activities_2024_06=rows(301))


def accounts_that_are_known_now(place: Place) -> None:
    place.write(accounts="account_id,name\na1,Acme\na2,Bolt\ngone,Back\n")


def accounts_that_are_gone(place: Place) -> None:
    place.write(accounts="account_id,name\na1,Acme\n", activities_2024_06=rows(301, 302))


@pytest.mark.parametrize(
    "come",
    [late_repeated_and_faulty_rows, new_months_and_a_file_without_rows, people_who_are_known_now,
     accounts_that_are_known_now, accounts_that_are_gone],
)  # fmt: skip
def test_what_comes_in_is_added(place: Place, come: Callable[[Place], None]) -> None:
    come(place)
    assert added(place) == {"activities"}


def a_row_with_other_content(place: Place) -> None:
    place.write(activities_2024_06=rows(0, note="other"))


def a_key_twice_in_the_new_file(place: Place) -> None:
    place.write(activities_2024_06=rows(301, note="one") + rows(301, note="two").removeprefix(HEADER))


def a_file_that_changed(place: Place) -> None:
    place.write(activities=rows(*range(0, 290, 3)))


def a_file_that_is_gone(place: Place) -> None:
    place.write(activities_2024_06=rows(301)).refresh()
    (place.folder / "data" / "activities_2024_06.csv").unlink()


def another_column(place: Place) -> None:
    place.write(activities_2024_06="activity_id,occurred_at,kind,mood\nx301,2024-06-01,call,good\n")


@pytest.mark.parametrize(
    "change",
    [a_row_with_other_content, a_key_twice_in_the_new_file, a_file_that_changed, a_file_that_is_gone, another_column],
)
def test_what_could_come_out_otherwise_is_made_anew(place: Place, change: Callable[[Place], None]) -> None:
    change(place)
    assert not added(place)


def test_rows_of_a_mapping_in_sql_are_added_where_each_comes_from_one_row(place: Place) -> None:
    (place.folder / "entities").mkdir()
    mapping = place.folder / "entities" / "activities.sql"
    mapping.write_text(
        "SELECT activity_id, occurred_at, upper(kind) AS kind, account_id FROM crm.activities WHERE note = 'n'"
    )
    place.refresh()
    place.write(activities_2024_05=rows(301, 302))
    assert added(place) == {"activities"}
    mapping.write_text(
        "SELECT activity_id, max(occurred_at) AS occurred_at, min(kind) AS kind FROM crm.activities GROUP BY 1"
    )
    place.refresh()
    place.write(activities_2024_06=rows(303, 304))
    assert added(place) == set()


def test_what_was_added_can_be_added_to_and_repeated(place: Place) -> None:
    for n in range(301, 304):
        place.write(**{f"activities_2024_06_{n - 300:02}": rows(n, n - 1)})
        assert place.refresh().added == ("activities",)
    tables = place.current.tables
    assert "activities" in place.refresh().reused
    assert place.current.tables == tables
    place.assert_as_full()


@pytest.mark.parametrize("seed", range(1))
def test_random_batches_give_what_a_full_refresh_gives(place: Place, seed: int) -> None:
    random_batches(place, random.Random(seed), 4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_random_batches_give_what_a_full_refresh_gives(place: Place, seed: int) -> None:
    random_batches(place, random.Random(seed), 12)


def random_batches(place: Place, chance: random.Random, batches: int) -> None:
    """New, late, repeated, changed, faulty and vanished rows, people who come and go; a full refresh after some."""
    for batch in range(batches):
        numbers = chance.choices(range(450), k=chance.randrange(12))
        note = chance.choice(["n", "n", "other"])
        text = rows(*numbers, note=note) + ("z,later,call,a1,c1,n\n" if chance.random() < 0.3 else "")
        name = chance.choice(["activities_2024_06", "activities_2023_06"]) + f"_{batch + 1:02}"
        place.write(**{name: text})
        if chance.random() < 0.3:
            people = "".join(f"c{n},{chance.choice(['a1', 'a2', ''])}\n" for n in range(chance.randrange(5)))
            place.write(contacts="contact_id,account_id\n" + people)
        if chance.random() < 0.15:
            (place.folder / "data" / f"{name}.csv").unlink()
        place.refresh()
        if chance.random() < 0.5:
            place.assert_as_full()
    place.assert_as_full()
