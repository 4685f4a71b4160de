"""Templates: what they tell is true, and what is filled in comes through."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import AccountlensError
from accountlens.refresh import Prepared, land_sources, prepare, workbench
from accountlens.sources.template import WORDS, example, find_entity, template
from accountlens.surfaces.cli.app import run

ENTITIES, _ = load_entities([BUILT_IN])


def prepared(folder: Path, files: dict[str, str], entities: dict[str, object] | None = None) -> Prepared:
    (folder / "records").mkdir()
    for name, text in files.items():
        (folder / "records" / name).write_text(text, encoding="utf-8", newline="")
    settings = "currency: EUR\nsources: {records: {path: records}}\n"
    (folder / "accountlens.yaml").write_text(settings, encoding="utf-8")
    with workbench() as con:
        told = load_settings(folder)
        landed = land_sources(con, told, folder, lambda *_: None)
        return prepare(con, folder, told, entities or ENTITIES, landed, datetime(2027, 1, 1))  # type: ignore[arg-type]


def filled(name: str) -> str:
    """A template with its own example as a row."""
    out = io.StringIO()
    csv.writer(out).writerow(example(ENTITIES[name]).values())
    return template(ENTITIES[name]) + out.getvalue()


def test_every_example_would_be_accepted(tmp_path: Path) -> None:
    done = prepared(tmp_path, {f"{name}.csv": filled(name) for name in ENTITIES})
    balance = {name: (one.taken_in, one.accepted, one.quarantined) for name, one in done.balance.items()}
    assert balance == dict.fromkeys(ENTITIES, (1, 1, 0))
    told = [str(problem) for problem in done.warnings]
    assert not [line for line in told if "header" in line or "passed over" in line]


def test_an_empty_template_is_no_rows_and_no_complaint(tmp_path: Path) -> None:
    done = prepared(tmp_path, {"goals.csv": template(ENTITIES["goals"])})
    assert [(one.table, one.taken_in) for one in done.balance.values()] == [("goals", 0)]
    assert done.warnings == []


def test_a_template_that_went_through_a_spreadsheet_is_still_one(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(filled("goals"))))
    wide = max(map(len, rows))
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(row + [""] * (wide - len(row)) for row in rows)
    done = prepared(tmp_path, {"goals.csv": out.getvalue()})
    assert (done.balance["goals"].accepted, done.balance["goals"].quarantined) == (1, 0)


def test_a_faulty_row_of_a_template_is_quarantined_with_its_reason(tmp_path: Path) -> None:
    rows = "G1,A1,Seats,0,many,,,,\nG2,A1,Seats,0,5,,,,\n"
    done = prepared(tmp_path, {"goals.csv": template(ENTITIES["goals"]) + rows})
    assert (done.balance["goals"].accepted, done.balance["goals"].quarantined) == (1, 1)


def test_lines_with_a_hash_are_data_where_no_template_begins(tmp_path: Path) -> None:
    done = prepared(tmp_path, {"products.csv": "product_id,name\n# 1,Number one\n"})
    assert done.balance["products"].accepted == 1


@pytest.mark.parametrize("word", [*WORDS, "Target lists", "account-plans", "goals"])
def test_records_are_found_by_what_people_call_them(word: str) -> None:
    assert find_entity(word, ENTITIES).name in ENTITIES


def test_an_entity_that_is_none_is_told() -> None:
    with pytest.raises(AccountlensError, match=r"There is no entity 'gaols'\. Did you mean 'goals'"):
        find_entity("gaols", ENTITIES)


def test_the_command_prints_writes_and_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(tmp_path), "template"]) == 0
    assert "goals" in capsys.readouterr().out
    assert run(["-C", str(tmp_path), "template", "goals"]) == 0
    assert capsys.readouterr().out == template(ENTITIES["goals"])
    file = tmp_path / "records" / "goals.csv"
    assert run(["-C", str(tmp_path), "template", "goals", "--to", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == template(ENTITIES["goals"])
    assert run(["-C", str(tmp_path), "template", "goals", "--to", str(file)]) == 1
    assert "stands here already" in capsys.readouterr().err


def test_an_entity_of_the_workspace_has_a_template_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "entities").mkdir()
    text = "about: A visit of ours.\nkey: [visit_id]\ncolumns: {visit_id: {type: text, required: true}, at: {type: time}}\n"
    (tmp_path / "entities" / "visits.yaml").write_text(text, encoding="utf-8")
    assert run(["-C", str(tmp_path), "template", "visits"]) == 0
    assert capsys.readouterr().out.endswith("\nvisit_id,at\n")
