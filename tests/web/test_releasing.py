"""A server that has answered gives back what answering took, and leaves its memory alone while it rests."""

from __future__ import annotations

import platform

import duckdb
import pytest
from benchmarks.cost import own_mb

from accountlens.surfaces.web import releasing
from accountlens.surfaces.web.releasing import Releasing, release

LEFT_MB = 40  # by far less than DuckDB keeps for itself of what is sorted here


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="elsewhere the system does not tell, or gives back by itself"
)
def test_memory_that_a_statement_took_goes_back():
    release()
    before = own_mb()
    with duckdb.connect() as con:
        con.execute("CREATE TABLE sorted AS SELECT i, hash(i) AS h FROM range(3_000_000) t(i) ORDER BY h")
        con.execute("DROP TABLE sorted")
        if own_mb() - before < LEFT_MB:
            pytest.skip("this DuckDB keeps nothing back")
        release()
        assert own_mb() - before < LEFT_MB


def test_it_is_released_again_only_after_some_work(monkeypatch: pytest.MonkeyPatch):
    worked, released = [1.0, 1.0, 1.1, 2.0, 2.0], []
    monkeypatch.setattr(releasing, "release", lambda: released.append(True))
    monkeypatch.setattr(releasing.time, "process_time", lambda: worked.pop(0))
    keeping = Releasing()
    assert [keeping.look() for _ in range(3)] == [True, False, True]
    assert len(released) == 2
