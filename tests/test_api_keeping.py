"""What comes from an API is kept: the newest version of a key, exact values, all or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.test_api_salesforce import landed

from accountlens.errors import AccountlensError
from accountlens.sources.api import keeping
from accountlens.sources.api.client import message_of
from accountlens.sources.api.keeping import opened
from accountlens.sources.api.rows import cell, instant, wider
from accountlens.sources.api.system import Child, Page, Stream
from accountlens.sources.kept import land_kept

Keep = Callable[..., tuple[int, list[str]]]
LINES = Child("line", "lines.data", "deal")


def stream(**more: Any) -> Stream:
    return Stream("deal", lambda client, position: iter(()), **{"version": "changed", "instants": {"changed"}, **more})


def deal(key: int, at: int, **more: Any) -> dict[str, Any]:
    return {"id": key, "changed": f"2026-01-{at:02d}T00:00:00+00:00", **more}


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Pages of one fetch into the file `crm`: how many rows changed, and what is told."""

    def keep(
        *pages: Page | Sequence[dict[str, Any]], of: Stream | None = None, file: str = "crm"
    ) -> tuple[int, list[str]]:
        used = of or stream()
        with opened(tmp_path / f"{file}.duckdb", "source 'crm'") as kept:
            for page in pages:
                kept.collect(used, page if isinstance(page, Page) else Page(page, {"n": len(page)}))
            kept.through(used)
            return kept.settle([used])

    return keep


def test_the_newest_version_counts_however_the_versions_come(keep: Keep, tmp_path: Path) -> None:
    versions = [deal(key, at, amount=Decimal(f"{at}.25")) for key in range(1, 6) for at in range(1, 9)]
    dice = random.Random(7)
    for file in ("a", "b", "c"):
        dice.shuffle(versions)
        parts = [versions[:13], versions[13:20], versions[20:]]
        keep(parts[0], parts[0][5:], of=stream(), file=file)
        keep(parts[1], of=stream(), file=file)
        keep(parts[2], versions, of=stream(), file=file)
        assert [(row["id"], row["amount"]) for row in landed(tmp_path, file)["deal"]] == [
            (n, 8.25) for n in range(1, 6)
        ]


def test_what_is_known_is_no_change(keep: Keep) -> None:
    rows = [deal(1, 3, note="x"), deal(2, 3, note=None)]
    assert keep(rows)[0] == 2
    assert keep(rows, rows)[0] == 0
    assert keep([deal(1, 2, note="older")])[0] == 0
    assert keep([deal(1, 3, note="as new, another content")])[0] == 1


def test_a_death_while_all_is_brought_together_leaves_the_last_whole_state(
    keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep([deal(1, 1, lines={"data": [{"id": "l1"}]})], of=stream(children=(LINES,)))
    before = landed(tmp_path)

    def die(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("accountlens.sources.api.settling._let_go", die)
    with pytest.raises(KeyboardInterrupt):
        keep([deal(1, 2, new=1, lines={"data": []}), deal(2, 2)], of=stream(children=(LINES,)))
    assert landed(tmp_path) == before
    monkeypatch.undo()
    assert keep(of=stream(children=(LINES,)))[0] == 2, "what had come is still there"
    assert [row["id"] for row in landed(tmp_path)["deal"]] == [1, 2]
    assert landed(tmp_path)["line"] == []


def test_a_page_comes_with_its_position_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "crm.duckdb", "") as kept:
        kept.collect(stream(), Page([deal(1, 1)], {"since": 1}))
        monkeypatch.setattr(keeping.Kept, "_remember", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.collect(stream(), Page([deal(2, 2)], {"since": 2}))
        monkeypatch.undo()
    with opened(tmp_path / "crm.duckdb", "") as kept:
        assert kept.position("deal") == {"since": 1}
        kept.settle([stream()])
    assert [row["id"] for row in landed(tmp_path)["deal"]] == [1]


def test_a_row_keeps_its_number_and_new_ones_are_added_at_the_end(keep: Keep, tmp_path: Path) -> None:
    used = stream(children=(LINES,))
    keep([deal(key, 1, lines={"data": [{"id": key}]}) for key in (3, 1, 2)], of=used)
    keep([deal(2, 2, lines={"data": [{"id": 5}, {"id": 4}]}), deal(4, 1), deal(3, 2)], of=used)
    with duckdb.connect() as con:
        landed = {one.table: one for one in land_kept(con, "crm", tmp_path / "crm.duckdb")}
        assert con.execute("SELECT _row, id FROM crm.deal").fetchall() == [(1, 3), (2, 1), (3, 2), (4, 4)]
        assert con.execute("SELECT _row, id FROM crm.line").fetchall() == [(2, 1), (4, 5), (5, 4)]
        first = landed["deal"].digest, landed["line"].digest
    keep([deal(2, 2, lines={"data": [{"id": 5}, {"id": 4}]})], of=used)
    with duckdb.connect() as con:
        assert {one.digest for one in land_kept(con, "crm", tmp_path / "crm.duckdb")} == {*first}, "nothing changed"


def test_what_went_is_marked_and_what_was_merged_says_into_what(keep: Keep, tmp_path: Path) -> None:
    keep([deal(key, 1, name=f"D{key}") for key in range(1, 6)])
    assert keep(Page((), {}, gone=["1"], merged=[("2", "3"), ("9", "3")]))[0] == 3
    assert keep(Page((), {}, alive=["3", "4"], whole=True))[0] == 1
    rows = {row["id"]: (row["name"], row["is_deleted"], row["merged_into_id"]) for row in landed(tmp_path)["deal"]}
    assert rows == {
        1: ("D1", True, None), 2: ("D2", True, "3"), 3: ("D3", None, None), 4: ("D4", None, None), 5: ("D5", True, None),
        9: (None, True, "3"),
    }  # fmt: skip
    keep(Page((), {}, gone=["4"]), [deal(4, 1, name="D4")])
    assert {row["id"]: row["is_deleted"] for row in landed(tmp_path)["deal"]}[4] is None, "it came again after that"


def test_inner_records_go_with_their_owner(keep: Keep, tmp_path: Path) -> None:
    used = stream(children=(LINES,))
    keep(
        [
            deal(1, 1, lines={"data": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]}),
            deal(2, 1, lines={"data": [{"id": "c"}]}),
        ],
        of=used,
    )
    keep([deal(1, 2, lines={"data": [{"id": "b", "n": 3}]}), deal(1, 1, lines={"data": [{"id": "z"}]})], of=used)
    assert [(row["deal"], row["id"], row["n"]) for row in landed(tmp_path)["line"]] == [("1", "b", 3), ("2", "c", None)]


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        (1, Decimal("2.5"), [1.0, 2.5]),
        (Decimal("0.1"), Decimal("12345678901234567.89"), ["0.1", "12345678901234567.89"]),
        (1, 2**60, ["1", str(2**60)]),
        (True, "yes", ["true", "yes"]),
        (None, 5, [None, 5]),
        ("007", 8, ["007", "8"]),
        ({"a": Decimal("0.10")}, None, ['{"a":0.1}', None]),
    ],
)
def test_values_come_through_exactly_or_as_text(
    keep: Keep, tmp_path: Path, first: Any, then: Any, kept: list[Any]
) -> None:
    keep([deal(1, 1, value=first)])
    _, notes = keep([deal(2, 1, value=then)])
    assert [row["value"] for row in landed(tmp_path)["deal"]] == kept
    assert bool(notes) == (isinstance(kept[0], str) and not isinstance(first, str | dict))


def test_instants_are_of_utc() -> None:
    assert instant("2026-03-01T09:30:00.250+0100")[0] == "2026-03-01 08:30:00.250000"
    assert instant(1_767_225_600)[0] == "2026-01-01 00:00:00"
    assert instant("soon") == ("soon", "VARCHAR")
    assert cell(None) == (None, None)
    assert wider("TIMESTAMP", "BIGINT") == "VARCHAR"


def test_columns_come_go_and_come_back(keep: Keep, tmp_path: Path) -> None:
    def told(**more: Any) -> list[str]:
        return keep([deal(1, len(more), **more)], of=stream(fields=frozenset({"id", "changed", *more})))[1]

    assert told(a=1) == []
    assert told(a=1, b=2) == ["deal: the new column b is kept."]
    assert told(b=2, c=3, d=4)[-1].startswith("deal: the column a is no longer given")
    assert "a" not in landed(tmp_path)["deal"][0]
    assert told(a=5, b=2, c=3, d=4) == ["deal: the column a is given again."]
    assert landed(tmp_path)["deal"][0]["a"] == 5


def test_a_few_records_are_no_proof_that_a_column_is_gone(keep: Keep, tmp_path: Path) -> None:
    used = stream(complete=True)
    keep([deal(1, 1, a=1)], of=used)
    assert keep([deal(1, 2)], of=used)[1] == []
    assert "no longer given" in keep(Page([deal(1, 3)], {}, whole=True), of=used)[1][0]


def test_a_record_without_its_key_is_told(keep: Keep) -> None:
    with pytest.raises(AccountlensError, match="source 'crm': A record of deal has no id"):
        keep([{"changed": "2026-01-01T00:00:00Z"}])


def test_what_an_answer_says_is_found_wherever_it_stands() -> None:
    assert message_of([{"errorCode": "NOPE", "message": "no such field"}]) == "NOPE: no such field"
    assert message_of({"error": {"message": "bad key", "type": "x"}}) == "bad key"
    assert message_of({"errors": [{"code": "606", "message": "Max rate limit"}]}) == "606: Max rate limit"
    assert message_of({"error": "invalid_grant", "error_description": "expired"}) == "expired"
