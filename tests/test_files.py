"""Landing files: what is written is what arrives, and what is broken is named."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.careful import clean_copy
from accountlens.sources.files import Landed, land
from accountlens.sources.sniff import Dialect

Files = dict[str, bytes | str]


class Ground:
    """A folder with files, landed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.con = duckdb.connect()
        self.landed: list[Landed] = []

    def land(self, files: Files | None = None, path: str = ".") -> Ground:
        for name, content in (files or {}).items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.landed = land(self.con, "files", SourceSettings(type="files", path=path), self.folder)
        return self

    def rows(self, table: str, columns: str = "* EXCLUDE (_file)") -> list[tuple[Any, ...]]:
        return self.con.execute(f'SELECT {columns} FROM files."{table}" ORDER BY _file, _row').fetchall()

    def columns(self, table: str) -> list[str]:
        return [row[0] for row in self.con.execute(f'DESCRIBE files."{table}"').fetchall()]

    def refusal(self, files: Files | None = None, path: str = ".") -> str:
        with pytest.raises(AccountlensError) as caught:
            self.land(files, path)
        return str(caught.value)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def faults(ground: Ground) -> list[tuple[int, str, str]]:
    return [(row.row_number, row.reason, row.content) for item in ground.landed for row in item.faulty]


def test_a_csv_arrives_as_it_is_written_with_row_and_file(ground: Ground) -> None:
    ground.land({"accounts.csv": "account_id,name,seats\n007, Müller ,10\n008,NULL,\n"})
    assert ground.columns("accounts") == ["account_id", "name", "seats", "_row", "_file"]
    assert ground.rows("accounts", "*") == [
        ("007", " Müller ", "10", 1, "accounts.csv"),
        ("008", "NULL", None, 2, "accounts.csv"),
    ]
    assert [(item.table, item.rows, item.faulty) for item in ground.landed] == [("accounts", 2, ())]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", "a,b\n1,x y\n"),
        ("x.csv", "a;b\n1;x y\n"),
        ("x.csv", "a|b\r\n1|x y\r\n"),
        ("x.tsv", "a\tb\n1\tx y\n"),
        ("x.csv", "a,b\r1,x y\r"),
        ("x.csv", 'a,b\n1,"x y"'),
        ("x.csv", "sep=;\na;b\n1;x y\n"),
        ("x.csv", "a,b\n\n1,x y\n\n"),
        ("x.csv", "a,b\n1,x y,\n"),
        ("x.csv", "a,b,,\n1,x y\n"),
        ("x.csv.gz", gzip.compress(b"a,b\n1,x y\n", mtime=0)),
        ("x.jsonl", '{"a": 1, "b": "x y"}\n'),
        ("x.ndjson", '\n{"b": "x y", "a": "1"}\n'),
        ("x.json", '[{"a": 1, "b": "x y"}]'),
        ("x.json", '{"records": [\n  {"a": 1, "b": "x y"}\n]}'),
        ("x.jsonl.gz", gzip.compress(b'{"a": 1, "b": "x y"}\n', mtime=0)),
    ],
)
def test_the_same_row_arrives_from_every_form_of_text(ground: Ground, name: str, content: bytes | str) -> None:
    ground.land({name: content})
    assert ground.rows("x", "a, b, _row") == [("1", "x y", 1)]
    assert faults(ground) == []


@pytest.mark.parametrize(
    ("encoding", "assumed"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-16-le", "utf-16-le"), ("utf-32", None),
        ("cp1252", "Windows-1252"),
    ],
)  # fmt: skip
def test_encodings_are_found_and_assumptions_are_said(ground: Ground, encoding: str, assumed: str | None) -> None:
    ground.land({"x.csv": "id,name\n1,Müller & Cie – Zürich\n2,Øre\n".encode(encoding)})
    assert ground.rows("x", "name") == [("Müller & Cie – Zürich",), ("Øre",)]
    assert (assumed or "") in " ".join(ground.landed[0].notes)
    assert bool(ground.landed[0].notes) == bool(assumed)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", ["Łódź", "Gdańsk", "Częstochowa", "Świętokrzyskie", "Żywiec źródło"]),
        ("cp1251", ["Газпром", "Санкт-Петербург", "Общество с ограниченной ответственностью"]),
        ("cp932", ["株式会社東京", "日本電気大阪支店", "トヨタ自動車"]),
    ],
)
def test_other_alphabets_are_recognised_by_their_letters(ground: Ground, encoding: str, names: list[str]) -> None:
    ground.land({"x.csv": ("id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))).encode(encoding)})
    assert [name for (name,) in ground.rows("x", "name")] == names
    assert "assumed" in ground.landed[0].notes[0]


def test_a_late_letter_outside_ascii_still_tells_the_encoding(ground: Ground) -> None:
    plain = "id,name\n" + "".join(f"{n},{'plain' * 10}\n" for n in range(20_000))
    ground.land({"x.csv": plain.encode() + "20000,Köln\n".encode("cp1252")})
    assert ground.rows("x", "name")[-1] == ("Köln",)
    assert faults(ground) == []


def test_faulty_lines_are_kept_with_line_and_reason_and_the_rest_goes_on(ground: Ground) -> None:
    text = b'a,b\n1,x\n2\n3,y,z\n4,"open\n5,"q"uote\n6,"two\nlines"\n7,last\n'
    ground.land({"x.csv": text + b"8,\xff\xfe bad\n" + "9,grün\n10,blau\n".encode()})
    assert ground.rows("x") == [
        ("1", "x", 1), ("6", "two\nlines", 6), ("7", "last", 7), ("9", "grün", 9), ("10", "blau", 10),
    ]  # fmt: skip
    assert faults(ground) == [
        (2, "line 3: 1 field where the header has 2", "2"),
        (3, "line 4: 3 fields where the header has 2", "3,y,z"),
        (4, "line 5: a quote is opened and never closed", '4,"open'),
        (5, "line 6: a quote stands where none may stand", '5,"q"uote'),
        (8, "line 10: bytes that are not valid UTF-8", r"8,\xff\xfe bad"),
    ]
    assert ground.landed[0].rows == 5


def test_one_quote_left_open_costs_one_line_however_long_the_file(ground: Ground) -> None:
    lines = [f"{n},text {n}" for n in range(5_000)]
    lines[100] = '100,"never closed'
    ground.land({"x.csv": "a,b\n" + "\n".join(lines) + "\n"})
    assert ground.landed[0].rows == 4_999
    assert [row for row, _, _ in faults(ground)] == [101]
    assert ground.con.execute("SELECT count(*) FROM files.x WHERE CAST(a AS INT) + 1 <> _row").fetchone() == (0,)


def test_mixed_line_ends_and_stray_returns_do_no_harm(ground: Ground) -> None:
    ground.land({"x.csv": b"a,b\r\n1,x\n2,y\r\n", "z.csv": b"a,b\n1,left\rright\n2,y\n"})
    assert ground.rows("x") == [("1", "x", 1), ("2", "y", 2)]
    assert ground.rows("z") == [("1", "left\rright", 1), ("2", "y", 2)]


def test_other_quoting_habits_are_seen(ground: Ground) -> None:
    ground.land(
        {"back.csv": r'a,b\n1,"say \"hi\", now"\n'.replace(r"\n", "\n"), "one.csv": "a,b\n'x, y',1\n'z, w',2\n'q',3\n"}
    )
    assert ground.rows("back", "b") == [('say "hi", now',)]
    assert ground.rows("one", "a") == [("x, y",), ("z, w",), ("q",)]


def test_damaged_files_with_other_quoting_habits_keep_their_good_rows(ground: Ground) -> None:
    ground.land({"x.csv": 'a,b\n1,"say \\"hi\\""\n2\n3,"x\\\\y"\n'})
    assert ground.rows("x") == [("1", 'say "hi"', 1), ("3", "x\\y", 3)]
    assert [row for row, _, _ in faults(ground)] == [2]


def test_titles_above_the_header_are_passed_over_and_said(ground: Ground) -> None:
    ground.land({"x.csv": "Report of May\n\nid,name,seats\n1,x,2\n2,y,3\n"})
    assert ground.rows("x") == [("1", "x", "2", 1), ("2", "y", "3", 2)]
    assert ground.landed[0].notes == ("the header is line 3; what stands above it was passed over",)


def test_a_header_cell_may_span_lines(ground: Ground) -> None:
    ground.land({"x.csv": '"the\nid",name\n1,x\n2,y\n'})
    assert ground.columns("x")[:2] == ["the id", "name"]
    assert ground.rows("x") == [("1", "x", 1), ("2", "y", 2)]


def test_blank_and_repeated_column_names_are_made_usable_and_said(ground: Ground) -> None:
    ground.land({"x.csv": "id,Name,name,,_row\n1,2,3,4,5\n"})
    assert ground.columns("x") == ["id", "Name", "name_2", "column_4", "_row_2", "_row", "_file"]
    assert len(ground.landed[0].notes) == 3


def test_rows_wider_than_the_header_keep_their_cells(ground: Ground) -> None:
    ground.land({"x.csv": "a,b\n1,2,3\n4,5,6\n"})
    assert ground.rows("x") == [("1", "2", "3", 1), ("4", "5", "6", 2)]
    assert "the rows have 3 cells, the header 2" in ground.landed[0].notes


def test_one_column_of_text_may_hold_commas(ground: Ground) -> None:
    ground.land({"x.csv": "name\nSmith, John\n\nDoe\n"})
    assert ground.rows("x") == [("Smith, John", 1), (None, 2), ("Doe", 3)]


@pytest.mark.parametrize("content", ["", "\n\n", "a,b\n"])
def test_files_without_rows_are_tables_without_rows(ground: Ground, content: str) -> None:
    ground.land({"x.csv": content})
    assert ground.rows("x") == []
    assert ground.landed[0].rows == 0


def test_json_lines_keep_nested_values_and_name_broken_lines(ground: Ground) -> None:
    lines = ['{"id": "007", "tags": [1, {"x": 2}], "ok": true}', "", "no json", '{"id": 12345678901234567890}', "[1]"]
    ground.land({"x.jsonl": "\n".join(lines)})
    assert ground.rows("x") == [("007", "true", '[1,{"x":2}]', 1), ("12345678901234567890", None, None, 3)]
    assert faults(ground) == [(2, "line 3: no JSON object", "no json"), (4, "line 5: no JSON object", "[1]")]


def test_parquet_keeps_its_types_and_numbers_its_rows(ground: Ground) -> None:
    target = ground.folder / "x.parquet"
    ground.con.execute(f"COPY (SELECT i AS id, i / 2 AS half FROM range(5000) t(i)) TO '{target}'")
    ground.land()
    assert ground.con.execute("SELECT typeof(half), typeof(id) FROM files.x LIMIT 1").fetchone() == ("DOUBLE", "BIGINT")
    assert ground.con.execute("SELECT count(*) FROM files.x WHERE _row <> id + 1").fetchone() == (0,)
    assert ground.landed[0].rows == 5000


def workbook(path: Path, write: Callable[[Any], None]) -> None:
    book = xlsxwriter.Workbook(str(path))
    write(book)
    book.close()


def test_a_workbook_with_one_sheet_is_named_by_its_file(ground: Ground) -> None:
    def write(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "Deals, all of them")
        sheet.write_row(2, 0, ["id", "closed", "amount", "won", ""])
        sheet.write_row(3, 0, [1001, None, 12.5, True])
        sheet.write_datetime(3, 1, dt.datetime(2024, 1, 2), day)
        sheet.write_row(5, 0, ["007", "soon"])
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Hidden")
        hidden.write_row(0, 0, ["secret", "x"])
        hidden.hide()

    workbook(ground.folder / "Deals 2024.xlsx", write)
    ground.land()
    assert [item.table for item in ground.landed] == ["deals"]
    assert ground.rows("deals") == [("1001", "2024-01-02", "12.5", "true", 1), ("007", "soon", None, None, 3)]
    assert ground.columns("deals")[:4] == ["id", "closed", "amount", "won"]


def test_a_workbook_with_several_sheets_is_a_table_for_each(ground: Ground) -> None:
    def write(book: Any) -> None:
        for name in ("Key Accounts", "Contacts"):
            book.add_worksheet(name).write_row(0, 0, ["id", name])

    workbook(ground.folder / "crm.xlsx", write)
    ground.land()
    assert sorted(item.table for item in ground.landed) == ["contacts", "key_accounts"]


def test_files_that_differ_by_date_or_part_are_one_table(ground: Ground) -> None:
    ground.land({
        "activities-2024.csv": "id,kind\n1,call\n",
        "activities-2025.csv": "kind,id,channel\nmeeting,2,web\n",
        "leads_part1.csv": "id,x\n1,1\n",
        "leads_part2.csv": "id,x\n1,1\n2,2\n",
    })  # fmt: skip
    assert ground.rows("activities", "*") == [
        ("1", "call", None, 1, "activities-2024.csv"),
        ("2", "meeting", "web", 1, "activities-2025.csv"),
    ]
    assert [(item.table, item.file, item.rows) for item in ground.landed][2:] == [
        ("leads", "leads_part1.csv", 1), ("leads", "leads_part2.csv", 2),
    ]  # fmt: skip
    assert "without the column channel" in ground.landed[0].notes[0]


def test_files_of_one_name_but_other_columns_stay_apart(ground: Ground) -> None:
    ground.land({"plan_2024.csv": "a,b,c\n1,2,3\n", "plan_2025.csv": "x,y,z\n1,2,3\n"})
    assert sorted(item.table for item in ground.landed) == ["plan_2024", "plan_2025"]


def test_numbers_that_mean_something_stay_in_the_name(ground: Ground) -> None:
    ground.land(
        {"tier_1.csv": "a\n1\n", "tier_2.csv": "a\n1\n", "SalesPersonQuota.csv": "a\n1\n", "2024.csv": "a\n1\n"}
    )
    assert sorted(item.table for item in ground.landed) == ["sales_person_quota", "t_2024", "tier_1", "tier_2"]


def test_a_glob_takes_what_it_names_also_from_folders_below(ground: Ground) -> None:
    files: Files = {"a/x.csv": "id\n1\n", "b/y.csv": "id\n2\n", "b/z.txt": "id\n3\n", "b/w.md": "no"}
    ground.land(files, "**/*.csv")
    assert [item.file for item in ground.landed] == ["a/x.csv", "b/y.csv"]
    ground.land(path="b/z.txt")
    assert ground.rows("z") == [("3", 1)]


def test_landing_again_replaces_what_stood_there(ground: Ground) -> None:
    ground.land({"x.csv": "id\n1\n2\n"})
    ground.land({"x.csv": "id,more\n3,4\n"})
    assert ground.rows("x") == [("3", "4", 1)]


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({}, "nowhere", "There is no file or folder 'nowhere'"),
        ({}, "*.csv", "No file matches '*.csv'"),
        ({"README.md": "hello"}, ".", "holds no file that can be read"),
        ({"below/x.csv": "a\n"}, ".", "./**/*.csv"),
        ({"x.csv": bytes(range(256)) * 8}, ".", "it looks binary"),
        ({"x.parquet": bytes(range(256)) * 8}, ".", "no whole Parquet file"),
        ({"x.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0"}, ".", "it looks binary"),
        ({"x.xls": "<html><table></table></html>"}, ".", "web page"),
        ({"x.xlsx": b"PK\x03\x04 nothing"}, ".", "The workbook can't be read"),
        ({"x.parquet": b"PAR1 nothing"}, ".", "The Parquet file can't be read"),
        ({"x.json": '[{"a": 1}, {"b"'}, ".", "The JSON can't be read"),
        ({"x.json": '{"a":\n 1}'}, ".", "one object, not a list of records"),
        ({"x.csv.gz": gzip.compress(b"a,b\n" + b"1,2\n" * 100_000, mtime=0)[:-60]}, ".", "can't be read"),
        ({"a.csv": "id\n1\n", "a.jsonl": '{"id": 2}\n'}, ".", "would both be the table 'a'"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(ground: Ground, files: Files, path: str, said: str) -> None:
    told = ground.refusal(files, path)
    assert said in told
    assert told.startswith("source 'files'")
    assert "\n" not in told
    assert str(ground.folder / "x") not in told


def test_a_file_is_read_by_its_content_not_by_its_name(ground: Ground) -> None:
    ground.con.execute(f"COPY (SELECT 1 AS a) TO '{ground.folder / 'p.csv'}' (FORMAT parquet)")
    ground.land({"x.xlsx": "a,b\n1,2\n"})
    assert ground.rows("x") == [("1", "2", 1)]
    assert ground.rows("p") == [(1, 1)]
    assert all("named like" in item.notes[0] for item in ground.landed)


def test_a_folder_in_the_place_of_a_file_is_read_as_a_folder(ground: Ground) -> None:
    ground.land({"x.csv/inner.csv": "a\n1\n"}, "x.csv")
    assert ground.rows("inner") == [("1", 1)]


def test_progress_names_each_file(ground: Ground) -> None:
    (ground.folder / "x.csv").write_text("a\n1\n")
    (ground.folder / "y.csv").write_text("a\n1\n")
    seen: list[tuple[str, int, int]] = []
    land(ground.con, "files", SourceSettings(type="files", path="."), ground.folder, lambda *now: seen.append(now))
    assert seen == [("x.csv", 0, 2), ("y.csv", 1, 2), ("", 2, 2)]


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\x1f"), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_any_well_written_table_arrives_whole(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("first", "second", "third"), *rows])
    (tmp_path / "x.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    con = duckdb.connect()
    landed = land(con, "files", SourceSettings(type="files", path="x.csv"), tmp_path)
    found = con.execute("SELECT first, second, third FROM files.x ORDER BY _row").fetchall()
    assert found == [tuple(cell or None for cell in row) for row in rows]
    assert landed[0].rows == len(rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_the_careful_way_agrees_with_the_fast_one(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    source, copy = tmp_path / "x.csv", tmp_path / "clean.csv"
    source.write_text(text.getvalue(), encoding="utf-8", newline="")
    faulty, _ = clean_copy(source, copy, Dialect(","), 2, 1)
    assert faulty == []
    with copy.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [[str(n), *row] for n, row in enumerate(rows, start=1)]


def test_rows_in_equal_rows_taken_and_faulty(ground: Ground) -> None:
    lines = [json.dumps({"id": n}) if n % 3 else "broken" for n in range(300)]
    ground.land(
        {"x.jsonl": "\n".join(lines), "y.csv": "a,b\n" + "".join("1,2\n" if n % 7 else "1\n" for n in range(300))}
    )
    assert [item.rows + len(item.faulty) for item in ground.landed] == [300, 300]
