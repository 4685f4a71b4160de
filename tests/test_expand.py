"""Options as SQL: mappings and lists looked into, lists as tables."""

from __future__ import annotations

import duckdb
import pytest

from accountlens.errors import AccountlensError
from accountlens.warehouses.expand import bind


def value(sql: str, **options: object) -> object:
    return duckdb.sql(bind(sql, options)).fetchall()


def test_a_lookup_finds_by_key_and_in_a_list_by_position() -> None:
    assert value("SELECT KPI_LOOKUP('b', $w, 9e0)", w={"a": 1, "b": 2}) == [(2.0,)]
    assert value("SELECT KPI_LOOKUP(3, $w, 9e0), KPI_LOOKUP(4, $w, 9e0)", w=[0.4, 0.2, 0.5]) == [(0.5, 9.0)]
    assert value("SELECT KPI_LOOKUP(1, $w, 9e0)", w=None) == [(9.0,)]


def test_a_list_is_a_table_with_each_item_once() -> None:
    sql = "SELECT r.value FROM KPI_ROWS($roles) r ORDER BY r.value"
    assert value(sql, roles=["user", "it's", "user"]) == [("it's",), ("user",)]
    assert value(sql, roles=[]) == []


def test_what_is_no_list_and_no_number_is_said_so() -> None:
    with pytest.raises(AccountlensError, match="'roles' needs a list"):
        bind("SELECT * FROM KPI_ROWS($roles)", {"roles": "user"})
    with pytest.raises(AccountlensError, match="'w' needs numbers"):
        bind("SELECT KPI_LOOKUP(1, $w, 0e0)", {"w": ["much"]})
    with pytest.raises(AccountlensError, match="'w' needs numbers"):
        bind("SELECT KPI_LOOKUP(1, $w, 0e0)", {"w": "much"})
