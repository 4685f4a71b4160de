"""Rows taken out of kept figures are those a reader would find by looking at each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from accountlens.standing import shelf
from accountlens.standing.shelf import Selection, Shelf, Take
from accountlens.store.figures import FiguresReader, FiguresWriter

GROUPS = 300  # of a part: more than the narrowest type holds
SPANS = np.array([-1, 1, 0, -1], np.int32)  # of four kept spans the second and the third are wanted
WITH_ROWS = {"few": 9, "many": 290}  # table: its first so many groups have rows


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    place = tmp_path_factory.mktemp("kept")
    writer, draw = FiguresWriter(place / "scratch"), np.random.default_rng(4)
    for part in (0, 1):
        writer.write_texts(f"account_id/{part}/texts", [f"a{part}-{number:03}" for number in range(GROUPS)])
        for name, groups in WITH_ROWS.items():
            rows = np.flatnonzero(draw.random(4 * groups) < 0.6)
            keys = {"group": rows // 4, "level": np.zeros(len(rows)), "p": rows % 4}
            writer.write(f"account_id/{part}/{name}", {**keys, "figure": rows + 10_000.5 * part})
    writer.finish(place / "figures", {}, {})
    return Shelf(FiguresReader(place / "figures"), "account_id", 2)


@pytest.mark.parametrize("many", [1, 1000], ids=["counted", "searched"])
@pytest.mark.parametrize(
    "accounts",
    [None, ("a0-003",), ("a1-259",), ("nobody",), ("a0-259", "a0-008", "a1-299", "nobody", "a1-001", "a0-003")],
    ids=["all", "one", "one without rows", "nobody", "some"],
)
@pytest.mark.parametrize("table", list(WITH_ROWS))
def test_the_rows_of_groups_are_found(
    table: str, accounts: tuple[str, ...] | None, many: int, kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MANY", many)
    texts = kept.texts if accounts is None else np.array(sorted({"", *accounts}), dtype=object)
    chosen = kept.select(Take("account_id", 0, accounts, 0, True), texts)
    assert sorted(_told(kept, table, chosen, texts)) == sorted(_looked_at(kept, table, accounts))


def test_figures_that_are_still_served_stay_beside_the_new_ones(tmp_path: Path) -> None:
    for name, served in (("one", []), ("two", ["one"]), ("three", ["two"])):
        FiguresWriter(tmp_path / "scratch").finish(tmp_path / "figures" / name, {}, {}, served)
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["three", "two"]


def _told(kept: Shelf, table: str, chosen: Selection, texts: shelf.Texts) -> list[tuple[str, int, float]]:
    return [
        (text, p, figure)
        for rows in kept.rows(table, ["figure"], chosen, SPANS)
        for text, p, figure in zip(
            texts[np.broadcast_to(rows.text, len(rows.p))], rows.p.tolist(), rows.table["figure"][rows.at], strict=True
        )
    ]


def _looked_at(kept: Shelf, table: str, accounts: tuple[str, ...] | None) -> list[tuple[str, int, float]]:
    found = []
    for part in (0, 1):
        columns = kept.reader.table(f"account_id/{part}/{table}")
        for group, p, figure in zip(columns["group"], columns["p"], columns["figure"], strict=True):
            text = f"a{part}-{group:03}"
            if SPANS[p] >= 0 and (accounts is None or text in accounts):
                found.append((text, int(SPANS[p]), figure))
    return found
