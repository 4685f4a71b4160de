"""The frame of the benchmarks: values are compared, contenders named, results kept and shown."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks import page, results
from benchmarks.equal import differing
from benchmarks.rounds import Contender, ContenderError, interleaved
from benchmarks.setting import Setting
from benchmarks.tables import TABLES, web_load
from benchmarks.web.companies import SMALL_BYTES, STATE, copied


def test_a_cell_that_differs_is_counted(tmp_path: Path) -> None:
    def written(name: str, months: list[int], **columns: list[float | None]) -> Path:
        file = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table({"account_id": ["A"] * len(months), "month": months, **columns}), file)
        return file

    ours = written("ours", [1, 2, 3], count=[1.0, 0.0, 2.0], share=[0.5, None, 0.0])
    theirs = written("theirs", [1, 3, 4], count=[1.0 + 1e-12, 2.001, 7.0], share=[0.5, None, 1.0])
    assert differing(ours, [theirs], zero={"count"}) == {"count": 2, "share": 2}
    assert differing(ours, [theirs]) == {"count": 3, "share": 2}
    assert differing(ours, [ours]) == {"count": 0, "share": 0}


def test_a_contender_that_gives_up_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContenderError, match="SQL by hand"):
        interleaved([Contender("SQL by hand", "benchmarks.contenders.shared_sql", ("nowhere",))], 1, tmp_path)


def test_a_company_that_is_served_is_a_copy_of_its_own(tmp_path: Path) -> None:
    company = tmp_path / "company"
    (company / "store").mkdir(parents=True)
    (company / "large").write_bytes(bytes(SMALL_BYTES))
    (company / "accountlens.yaml").write_text("name: Acme\n")
    with closing(sqlite3.connect(company / "store" / STATE)) as state:
        state.execute("CREATE TABLE users (name)")
        state.commit()
    with copied(company, Setting(0, 0, build=tmp_path)) as folder:
        assert (folder / "large").samefile(company / "large")
        (folder / "accountlens.yaml").write_text("name: Bolt\n")
        with closing(sqlite3.connect(folder / "store" / STATE)) as state:
            state.execute("INSERT INTO users VALUES ('Ada')")
            state.commit()
    assert (company / "accountlens.yaml").read_text() == "name: Acme\n"
    with closing(sqlite3.connect(company / "store" / STATE)) as state:
        assert state.execute("SELECT * FROM users").fetchall() == []
    assert (company / "large").stat().st_size == SMALL_BYTES


def test_no_two_overviews_that_have_to_be_made_are_the_same() -> None:
    ready, from_facts = list(web_load.of_months_and_quarters()), list(web_load.of_any_months())
    asked = [json.dumps(words, sort_keys=True) for words in (*ready, *from_facts)]
    assert len(set(asked)) == len(asked)
    assert len(ready) > web_load.USERS * web_load.EACH_READY > web_load.QUESTIONS
    assert len(from_facts) > web_load.USERS * web_load.EACH_FROM_FACTS


def test_errors_among_many_answers_are_counted() -> None:
    asked = web_load.Asked([0.1, 0.2, 0.3], [200, 429, 304], cpu=0.06)
    assert asked.row("", None)[1:3] == [3, 2]
    assert asked.row("", None, 304)[2] == 2
    assert asked.row("", 50)[5:] == pytest.approx([20, 50, 50])
    assert web_load.Asked([0.1], [200]).row("", None)[5:7] == [None, None]  # where the system tells no CPU


def test_the_page_tells_what_was_measured() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text(TABLES)
    for name in ("ratios.svg", "growth.svg"):
        drawn = results.RESULTS / name
        assert f"benchmarks/{name}" in page.text(TABLES) or not drawn.exists()


def test_a_result_is_kept_and_shown(tmp_path: Path) -> None:
    measured = results.Result(("", "CPU s", "rows"), [["ours", 1.234, 12345], ["theirs", None, 0]], ["A note."])
    file = results.keep("columns", Setting(2_500_000, 10), measured, tmp_path)
    assert json.loads(file.read_text())["on"]["versions"]["duckdb"]
    assert page.text(TABLES[:1], tmp_path).count("\n| ours | 1.23 | 12,345 |\n| theirs | – | 0 |\n\nA note.\n") == 1
    assert "### 2.5 M activities, 10 accounts" in page.text(TABLES[:1], tmp_path)
