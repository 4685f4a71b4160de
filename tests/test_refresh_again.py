"""A refresh takes over what nothing changed of, sees every change, and gives the rows that a full one gives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.refreshing import Place, catalog_of, fact

FILES = {
    "accounts": "account_id,name,tier\na1,Acme,A\na2,Bolt,B\n",
    "contacts": "contact_id,account_id\nc1,a1\n",
    "orders": "order_id,account_id,ordered_at,amount,currency\no1,a1,2024-03-01,5,USD\no2,gone,2024-02-01,7,\n"
    "o3,a1,2024-01-01,9,EUR\no3,a1,2024-01-01,9,EUR\n",
    "fx_rates": "rate_date,from_currency,to_currency,rate\n2023-01-01,EUR,USD,1.1\n",
    "activities": "activity_id,occurred_at,kind,contact_id\nx3,2024-02-03,call,c1\nx1,soon,call,c1\nx2,2024-02-05,wave,c9\n",
    "tickets": "ticket_id,created_at,account_id\nt1,2024-02-03,a2\n",
}


FACTS = [
    fact("sales", "SELECT order_id, account_id, amount, ordered_at FROM orders WHERE amount > $least", ("orders",),
         primary=("orders",), parameters={"least": 5}, key=("order_id",)),
    fact("seen_sales", "SELECT * FROM sales WHERE ordered_at < $as_of", ("sales",), primary=("orders",), stored=False),
    fact("late_sales", "SELECT count(*) AS rows FROM seen_sales", ("seen_sales",), primary=("orders",),
         columns={"rows": "BIGINT"}),
    fact("calls", "SELECT contact_id, occurred_at FROM activities WHERE kind = 'call'", ("activities",),
         primary=("activities",), columns={"contact_id": "VARCHAR", "occurred_at": "TIMESTAMP"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refreshed")
    Place(folder, *FACTS).write(**FILES).refresh()
    return folder


@pytest.fixture
def place(refreshed: Path, tmp_path: Path) -> Place:
    """A workspace of its own, refreshed once."""
    return Place(shutil.copytree(refreshed, tmp_path / "place"), *FACTS)


def test_where_nothing_changed_every_table_keeps_its_version(place: Place) -> None:
    before, state = place.current, place.state()
    report = place.refresh()
    assert place.current.id != before.id
    assert place.current.tables == before.tables
    assert {"orders", "activities", "sales", "late_sales", "calls"} <= set(report.reused)
    assert place.state() == state
    assert report.balance == before.balance


def test_a_full_refresh_takes_nothing_over_and_gives_the_same(place: Place) -> None:
    before = place.current
    assert place.refresh(full=True).reused == ()
    assert not {version.files for version in place.current.tables.values() if version.files} & {
        version.files for version in before.tables.values()
    }
    place.assert_as_full()


def test_what_hangs_on_a_changed_file_is_made_anew_and_nothing_else(place: Place) -> None:
    place.write(orders=FILES["orders"] + "o4,a2,2024-04-01,70,USD\n")
    report = place.refresh()
    assert {"activities", "calls", "tickets"} <= set(report.reused)
    assert not {"orders", "sales", "late_sales"} & set(report.reused)
    place.assert_as_full()


def test_a_changed_table_that_others_are_looked_up_in_changes_them(place: Place) -> None:
    place.write(contacts=FILES["contacts"] + "c9,a2\n")
    assert "activities" not in place.refresh().reused
    assert place.current.info["unmatched"]["activities"] == 0
    place.assert_as_full()


def test_what_comes_out_as_it_was_keeps_its_version_and_so_do_those_that_read_it(place: Place) -> None:
    before = place.current.tables
    place.write(orders=FILES["orders"].replace("o3,a1,2024-01-01,9,EUR\n", "", 1))  # the duplicate is gone
    assert {"sales", "late_sales"} <= set(place.refresh().reused)
    assert place.current.tables == before
    assert place.current.balance["orders"].duplicates == 0


def later(place: Place) -> None:
    place.refresh(as_of=datetime(2024, 2, 1))


def other_currency(place: Place) -> None:
    place.settings = place.settings.model_copy(update={"currency": "EUR"})


def other_mapping(place: Place) -> None:
    (place.folder / "entities").mkdir()
    (place.folder / "entities" / "orders.sql").write_text("SELECT * FROM crm.orders WHERE amount <> '9'")


def other_fact(place: Place) -> None:
    sql = "SELECT order_id, account_id, amount, ordered_at FROM orders"
    place.catalog = catalog_of(fact("sales", sql, ("orders",), primary=("orders",)), *FACTS[1:])


def other_parameter(place: Place) -> None:
    place.catalog = catalog_of(replace(FACTS[0], parameters={"least": 8}), *FACTS[1:])


def one_table_less(place: Place) -> None:
    (place.folder / "data" / "orders.csv").unlink()


def one_file_more(place: Place) -> None:
    place.write(orders_2024_05="order_id,account_id,ordered_at,amount\no1,a2,2024-05-01,50\n")


def same_times_other_content(place: Place) -> None:
    path = place.folder / "data" / "orders.csv"
    times = path.stat()
    path.write_text(FILES["orders"].replace(",5,", ",6,"), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [later, other_currency, other_mapping, other_fact, other_parameter, one_table_less, one_file_more,
     same_times_other_content],
)  # fmt: skip
def test_every_change_is_seen(place: Place, change: Callable[[Place], None]) -> None:
    before = place.state()
    change(place)
    place.refresh(as_of=place.current.as_of)
    assert place.state() != before
    place.assert_as_full()


def test_a_file_written_anew_with_the_same_content_changes_nothing(place: Place) -> None:
    for path in (place.folder / "data").iterdir():
        path.write_bytes(path.read_bytes())
    before = place.current.tables
    assert "orders" in place.refresh().reused
    assert place.current.tables == before


def test_after_other_code_has_made_the_tables_all_are_made_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accountlens.refresh.past.code_print", lambda: "another")
    assert place.refresh().reused == ()
    assert "orders" in place.refresh().reused


def test_tables_taken_over_outlive_the_snapshot_they_were_made_in(place: Place) -> None:
    state = place.state()
    place.refresh()
    place.store.vacuum(keep=1)
    assert place.state() == state
    place.write(orders=FILES["orders"] + "o4,a2,2024-04-01,70,USD\n").refresh()
    place.assert_as_full()


def test_a_mapping_that_reads_what_did_not_land_is_run_each_time(place: Place) -> None:
    other = place.folder / "other.csv"
    other.write_text(FILES["tickets"])
    (place.folder / "entities").mkdir()
    (place.folder / "entities" / "tickets.sql").write_text(f"SELECT * FROM read_csv('{other}', all_varchar = true)")
    place.refresh()
    other.write_text(FILES["tickets"] + "t2,2024-02-04,a1\n")
    place.refresh()
    assert place.current.balance["tickets"].accepted == 2


MATCHED = {
    "accounts": "account_id,name,domain,merged_into_id\na1,Acme,acme.com,\na2,Bolt,bolt.io,\na3,Crane,crane.net,a2\n",
    "contacts": "contact_id,account_id,email\nc1,,x@acme.com\nc2,,y@crane.net\nc3,,z@dune.org\n",
    "leads": "lead_id,created_at,email,company\nl1,2024-02-01,q@acme.com,\nl2,2024-02-02,,Bolt Inc\nl3,2024-02-03,,Erg\n",
    "activities": "activity_id,occurred_at,kind,contact_id\nx1,2024-02-03,call,c1\nx2,2024-02-05,call,c3\n",
}


def test_what_is_matched_by_names_and_domains_stays_until_these_change(tmp_path: Path) -> None:
    place = Place(tmp_path).write(**MATCHED)
    place.refresh()
    before = place.current
    assert {"contacts", "leads", "activities"} <= set(place.refresh().reused)
    assert place.current.tables == before.tables
    for change in (
        {"accounts": MATCHED["accounts"].replace("a1,Acme,acme.com", "a1,Acme,dune.org")},
        {"accounts": MATCHED["accounts"].replace("a3,Crane,crane.net", "a3,Erg,dune.org")},  # of a loser, no account
        {
            "leads": MATCHED["leads"].replace("Erg", "Acme"),
            "contacts": MATCHED["contacts"].replace("c3,,z@dune.org", "c3,,z@bolt.io"),
        },
        {"accounts": MATCHED["accounts"] + "a4,Erg,erg.com,\n"},
    ):
        was = place.state()
        place.write(**{**MATCHED, **change})
        place.refresh()
        assert place.state() != was
        place.assert_as_full()
    (tmp_path / "matches.csv").write_text("kind,value,account_id,decision\ndomain,dune.org,a1,accept\n")
    was = place.state()
    place.refresh()
    assert place.state() != was
    place.assert_as_full()


def test_two_entities_of_one_file_both_have_their_rows_when_both_are_made_anew(tmp_path: Path) -> None:
    """The first brings the rows in; the second was mapped while only the columns of the file were there."""
    select = (
        'SELECT "Deal" AS opportunity_id, "Owner" AS owner_id, \'won\' AS status, "Day" AS closed_at FROM crm.deals'
    )
    place = Place(tmp_path).write(deals="Deal,Owner,Day\nd1,una,2024-01-05\nd2,otto,2024-02-05\n")
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities/opportunities.sql").write_text(select)
    (tmp_path / "entities/employees.sql").write_text(
        'SELECT DISTINCT "Owner" AS employee_id, "Owner" AS name FROM crm.deals'
    )
    place.refresh()
    place.settings = place.settings.model_copy(update={"currency": "EUR"})
    place.refresh()
    assert {name: one.accepted for name, one in place.current.balance.items()} == {"employees": 2, "opportunities": 2}
    place.assert_as_full()
