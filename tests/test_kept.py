"""What is fetched is kept in the store, and landed from there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.fax import FAX, Fax, offer
from tests.refreshing import Place

from accountlens.catalog.settings import Settings
from accountlens.errors import AccountlensError
from accountlens.sources.kept import kept_file
from accountlens.sources.landed import FaultyRow, Landed
from accountlens.sources.registry import fetch_source, land_source


@pytest.fixture
def fax(monkeypatch: pytest.MonkeyPatch) -> Fax:
    fax = Fax()
    offer(monkeypatch, fetch=fax.fetch)
    return fax


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}, "shop": {"type": "fax"}}})
    return place.write(accounts="account_id,name,created_at\na1,Acme,2024-01-01\n")


def orders(place: Place) -> set[str]:
    return {row[0] for row in place.rows("orders", "order_id")}


def test_a_kind_is_asked_for_changes_and_its_kept_rows_land(fax: Fax, place: Place) -> None:
    place.refresh()
    assert orders(place) == {"o1"}
    assert "_dlt_id" not in dict(place.current.tables["orders"].columns)
    fax.orders.append("o2")
    place.refresh()
    assert orders(place) == {"o1", "o2"}
    assert fax.asked == [[], ["o1"]]


def test_what_a_fetch_wants_to_be_heard_is_told(fax: Fax, place: Place) -> None:
    fax.orders.append("o2")
    assert "accountlens.yaml, source 'shop': the column fee is new" in list(map(str, place.refresh().warnings))


def test_a_full_refresh_fetches_anew_and_a_fault_of_it_leaves_what_is_kept(fax: Fax, place: Place) -> None:
    place.refresh()
    fax.fault = "out of paper"
    with pytest.raises(AccountlensError, match="out of paper"):
        fetch_source("shop", FAX, place.folder, place.store.folder / "landed", anew=True)
    fax.fault = ""
    with duckdb.connect() as con:
        (landed,) = land_source(con, "shop", FAX, place.folder, None, place.store.folder / "landed")
        assert (landed.table, landed.rows) == ("orders", 1)
    place.refresh(full=True)
    assert fax.asked[-1] == []


def test_what_is_kept_is_fetched_anew_where_it_is_damaged(fax: Fax, place: Place) -> None:
    place.refresh()
    file = kept_file(place.store.folder / "landed", "shop")
    for content in (b"x" * file.stat().st_size, file.read_bytes()[:5000]):
        file.write_bytes(content)
        place.refresh(only=[])
        assert orders(place) == {"o1"}
    assert fax.asked == [[], [], []]


def test_other_settings_fetch_anew_and_a_source_taken_out_leaves_nothing(fax: Fax, place: Place) -> None:
    place.refresh()
    shop = {"type": "fax", "number": "2"}
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}, "shop": shop}})
    place.refresh()
    assert fax.asked == [[], []]
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}}})
    place.refresh()
    assert list((place.store.folder / "landed").iterdir()) == []


def test_without_a_store_a_kind_that_only_fetches_lands_too(fax: Fax, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        (landed,) = land_source(con, "shop", FAX, tmp_path)
        assert landed.rows == 1
        assert con.execute("SELECT order_id, _row, _file FROM shop.orders").fetchall() == [("o1", 1, "orders")]


def test_a_kind_that_knows_no_changes_is_kept_whole_with_its_faulty_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = FaultyRow(2, "line 3 has 4 fields", "a,b,c,d")

    def land(con: Any, name: str, *_: Any) -> list[Landed]:
        con.execute(f"CREATE SCHEMA {name}; CREATE TABLE {name}.pages AS SELECT 'p' AS page, 1 AS _row, 'f' AS _file")
        return [Landed(name, "pages", 1, (faulty,), "f", ("assumed UTF-8",))]

    offer(monkeypatch, land=land)
    fetch_source("shop", FAX, tmp_path, tmp_path / "landed")
    assert kept_file(tmp_path / "landed", "shop").is_file()
    with duckdb.connect() as con:
        landed = land_source(con, "shop", FAX, tmp_path, None, tmp_path / "landed")
        assert [replace(one, digest="") for one in landed] == [
            Landed("shop", "pages", 1, (faulty,), "f", ("assumed UTF-8",))
        ]
        assert con.execute("SELECT * FROM shop.pages").fetchall() == [("p", 1, "f")]
