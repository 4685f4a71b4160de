"""Kinds of sources: found by their file or an entry point, their keys checked, secrets kept."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

import duckdb
import jsonschema
import pytest
from pydantic import ConfigDict

from accountlens import Workspace
from accountlens.catalog.settings import SourceSettings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.sources import registry
from accountlens.sources.landed import Landed
from accountlens.sources.registry import kind_names, land_source, read_sources, source_problems
from accountlens.sources.schema import schemas, source_schema
from accountlens.sources.secrets import Secrets, bare_secret

SCHEMAS = Path(__file__).parent.parent / "docs" / "schema"


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[str], Any]:
    def write(text: str) -> Any:
        (tmp_path / "accountlens.yaml").write_text(text, encoding="utf-8")
        return load_settings(tmp_path)

    return write


WRONG = [
    ("sources:\n  crm:\n    type: fils\n", 3, "There is no kind of source 'fils'. Did you mean 'files'?"),
    ("sources:\n  crm:\n    type: fax\n", 3, "There is no kind of source 'fax'. There are: "),
    ("sources:\n  crm:\n    path: data\n    pth: x\n", 4, "Unknown key 'pth'. Did you mean 'path'?"),
    ("sources:\n  crm: {path: [a]}\n", 2, "'path': Input should be a valid string."),
]


@pytest.mark.parametrize(("text", "line", "said"), WRONG)
def test_a_wrong_source_is_told_with_its_line(
    text: str, line: int, said: str, settings: Callable[[str], Any], tmp_path: Path
) -> None:
    told = settings(text)
    with pytest.raises(ProblemsError) as caught:
        read_sources(tmp_path, told.sources)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"accountlens.yaml:{line}: {said}")
    assert source_problems(tmp_path, told) == [problem], "check tells the same"
    assert problem in Workspace(tmp_path).check()


def test_a_source_is_of_files_where_nothing_else_is_said(settings: Callable[[str], Any], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deals.csv").write_text("a\n1\n", encoding="utf-8")
    source = read_sources(tmp_path, settings("sources:\n  crm: {path: data}\n").sources)["crm"]
    assert source.type == "files"
    with duckdb.connect() as con:
        assert [item.table for item in land_source(con, "crm", source, tmp_path)] == ["deals"]


class FaxSettings(SourceSettings):
    """What a kind of another package could take."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["fax"] = "fax"
    number: str


def land_fax(con: Any, name: str, source: FaxSettings, folder: Path, progress: Any = None) -> list[Landed]:
    con.execute(
        f"CREATE SCHEMA {name}; CREATE TABLE {name}.pages AS SELECT '{source.number}' AS no, 1 AS _row, 'f' AS _file"
    )
    return [Landed(name, "pages", 1, (), "f")]


def test_another_package_brings_a_kind_by_an_entry_point(
    settings: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType("fax_kind")
    vars(module).update(Settings=FaxSettings, land=land_fax)
    monkeypatch.setitem(sys.modules, "fax_kind", module)
    points = [EntryPoint("fax", "fax_kind", registry.GROUP), EntryPoint("gone", "gone_kind", registry.GROUP)]
    monkeypatch.setattr(
        registry, "entry_points", lambda group, name=None: [p for p in points if name in (None, p.name)]
    )
    assert kind_names()[-2:] == ["fax", "gone"]
    sources = read_sources(tmp_path, settings("sources:\n  f: {type: fax, number: '12'}\n").sources)
    with duckdb.connect() as con:
        assert land_source(con, "f", sources["f"], tmp_path)[0].rows == 1
        assert con.execute("SELECT no FROM f.pages").fetchall() == [("12",)]
    wrong = source_problems(tmp_path, settings("sources:\n  f: {type: fax, number: '12', nmber: '3'}\n"))
    assert [str(one) for one in wrong] == ["accountlens.yaml:2: Unknown key 'nmber'. Did you mean 'number'?"]
    (problem,) = source_problems(tmp_path, settings("sources:\n  f: {type: gone}\n"))
    assert "'gone', from gone_kind, can't be loaded" in problem.what
    assert not [name for name in source_schema()["$defs"] if name == "fax"]


def test_the_published_schemas_of_sources_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        assert json.loads((SCHEMAS / name).read_text(encoding="utf-8")) == schema, f"write {name} anew: make schema"


@pytest.mark.parametrize(
    ("source", "fits"),
    [
        ({"path": "data"}, True),
        ({"type": "files", "pth": "data"}, False),
        ({"type": "postgres", "url": "${URL}", "tables": ["b", {"name": "a", "query": "SELECT 1"}]}, True),
        ({"type": "postgres", "url": "${URL}", "tables": [{"nme": "a"}]}, False),
        ({"type": "postgres"}, False),
        ({"type": "sqlite", "path": "a.db", "url": "x"}, False),
        ({"type": "fax", "number": 12}, True),
    ],
)
def test_an_editor_checks_a_source_by_its_kind(source: dict[str, Any], fits: bool) -> None:
    assert jsonschema.Draft202012Validator(source_schema()).is_valid(source) is fits


def test_secrets_come_from_the_environment_then_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets.env").write_text("# mine\nexport A_WORD='one two'\nB_WORD=two\n", encoding="utf-8")
    (tmp_path / "secrets.yaml").write_text("B_WORD: never\nC_WORD: 3\n", encoding="utf-8")
    monkeypatch.setenv("B_WORD", "of the environment")
    secrets = Secrets(tmp_path)
    assert secrets.fill("${A_WORD}/${B_WORD}/${C_WORD}", "x") == "one two/of the environment/3"
    with pytest.raises(AccountlensError, match=r"source 'crm': There is no secret 'A_WORDS'. Did you mean 'A_WORD'\?"):
        secrets.fill("${A_WORDS}", "source 'crm'")
    assert secrets.fill("a plain $HOME and a $", "x") == "a plain $HOME and a $"


@pytest.mark.parametrize("said", ["pw is s3cr3t!x", "pw is s3cr3t%21x", "at postgresql://me:s3cr3t%21x@host/db"])
def test_what_was_filled_in_is_never_told(said: str, tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {"URL": "postgresql://me:s3cr3t%21x@host/db?token=abc"})
    secrets.fill("${URL}", "x")
    assert "s3cr3t" not in secrets.hide(said)
    assert secrets.hide("token abc") == "token ***"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("secrets.env", "A=1\nsuper-geheim\n", "secrets.env:2: This line is not NAME=value."),
        ("secrets.yaml", "A: [super-geheim\n", "secrets.yaml:2: This is not valid YAML."),
        ("secrets.yaml", "- super-geheim\n", "Secrets are written as NAME: value"),
        ("secrets.env", b"A=\xff\xfe", "The secrets can't be read"),
    ],
)
def test_a_file_of_secrets_that_is_wrong_is_told_without_its_words(
    name: str, text: str | bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(AccountlensError) as caught:
        Secrets(tmp_path).fill("${NAME}", "x")
    assert said in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_url_that_holds_a_secret_itself_is_known() -> None:
    assert bare_secret("postgres://me:pw@host/db")
    assert bare_secret("snowflake://me@acc/db?token=abc")
    assert not bare_secret("postgres://me:${PW}@host/db")
    assert not bare_secret("${URL}")
    assert not bare_secret("sqlite:///crm.db")
