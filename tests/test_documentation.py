"""What the documentation tells to type works, and prints what it shows; what it tells to write is read."""

from __future__ import annotations

import contextlib
import functools
import io
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs.readme_example import plain_surroundings
from tests.snippets import STAYS, Shell, Snippet, commands, differs, snippets

from accountlens.alerts.kept import read_rule
from accountlens.catalog.goals import read_goals
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.sources.registry import source_problems
from accountlens.surfaces.cli.app import run

CHECKOUT = Path(__file__).parent.parent
DOCS = CHECKOUT / "docs"
TYPED = ("sh", "bash", "console")
ON_THE_SAMPLE = "matching goals targets alerts reviews delivery push leading operations".split()  # as they are read
WAREHOUSES = [f"warehouses/{page}" for page in ("README", "postgres", "spark", "snowflake", "bigquery", "databricks")]
# what they tell to type needs what is not here: it is looked at
OF_OTHER_SYSTEMS = ["sources", "people", "assistants", *WAREHOUSES]
ELSEWHERE = {  # pages that are typed by another test
    "README.md": "tests/test_readme.py",
    "docs/api.md": "tests/web/test_api_docs.py",
    "docs/kpis/*.md": "tests/test_definitions.py",
}
NOT_TYPED = [  # blocks that nothing types: page, and why, as their first lines say
    ("delivery.md", "# your own ids, as the two above list them"),
    ("operations.md", "# your own machine: needs root"),
    ("operations.md", "# your own machine: needs Docker or Podman"),
    ("operations.md", "# your own machine: the container of above"),
    ("reviews.md", "# your own ids, as they are listed"),
]
WITHIN_A_LINE = re.compile(r"`(accountlens [^`]+)`")
OF_A_WORKSPACE = re.compile(r"(?<=accountlens )-C \S+ ")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, as `make demo` makes it, and what the guides add to its settings: ways to send, places to push to."""
    folder = tmp_path_factory.mktemp("documented") / "my-company"
    assert run(["demo", str(folder), "--no-serve"]) == 0
    blocks = {page: snippets(DOCS / f"{page}.md") for page in ("delivery", "push")}
    told = [next(one.text for one in found if one.language == "yaml") for found in blocks.values()]  # the first of each
    with (folder / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write(re.sub(r"postgresql://\S+#marts\.", "sqlite:///marts.db#", "\n".join(told)))
    return folder


def troubles(shell: Shell, found: list[Snippet]) -> Iterator[str]:
    """What does not work, or prints something else than is shown."""
    for one in found:
        if not one.runs or one.language not in (*TYPED, "python"):
            continue
        if one.language == "python":
            with contextlib.chdir(shell.folder.parent):
                exec(compile(one.text, str(one), "exec"), {})
            continue
        for command, shown in commands(one):
            if OF_A_WORKSPACE.sub("", command).startswith(STAYS):
                yield from looked_at(one, command)
                continue
            code, printed = shell.type(command)
            if code:
                yield f"{one}: {command}ended with {code}:\n{printed}"
            elif shown and (told := differs(shown, printed)):
                yield f"{one}: {command}{told}"


def looked_at(where: object, line: str) -> Iterator[str]:
    """Of commands that are not carried out, whether they and their options are there."""
    for command in line.replace("\\\n", " ").replace("\n", " ").split(" && "):
        words = shlex.split(OF_A_WORKSPACE.sub("", command), comments=True)
        if words[0] != "accountlens" or not re.fullmatch("[a-z-]+", words[1]):
            continue
        told = helped(words[1])
        if (
            len(words) > 2 and re.search(rf" {re.escape(words[2])} +[A-Z]", told) and words[2].isalpha()
        ):  # a command of several
            told += helped(words[1], words[2])
        yield from (f"{where}: {word}" for word in words if word.startswith("--") and word not in told)


@functools.cache
def helped(*words: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), plain_surroundings():
        assert run([*words, "--help"]) == 0, words
    return out.getvalue()


def test_the_first_afternoon_goes_as_it_is_told(tmp_path: Path) -> None:
    found, shell = snippets(DOCS / "tutorial.md"), Shell(tmp_path)
    told: list[str] = []
    for one in found:
        if one.language == "yaml":
            (tmp_path / "my-company" / FILE_NAME).write_text(one.text, encoding="utf-8")
        told += troubles(shell, [one])
    assert not told, "\n\n".join(told)
    assert "Net promoter score" in (tmp_path / "review.html").read_text(encoding="utf-8")


def test_every_command_that_is_told_anywhere_is_there_with_its_options() -> None:
    told = []
    for page in pages():
        for one in snippets(page):
            if one.language in TYPED:
                told += [odd for command, _ in commands(one) for odd in looked_at(one, command)]
        for line in WITHIN_A_LINE.findall(page.read_text(encoding="utf-8")):
            told += looked_at(page.name, line)
    assert not told, told


@pytest.mark.long
@pytest.mark.parametrize("page", ON_THE_SAMPLE)
def test_what_a_guide_tells_to_type_works(page: str, company: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(company, tmp_path / "my-company")
    told = list(troubles(Shell(folder), snippets(DOCS / f"{page}.md")))
    assert not told, "\n\n".join(told)


def pages() -> list[Path]:
    """What somebody reads to use it: the guides, the README, the KPIs."""
    folders = (DOCS.glob(pattern) for pattern in ("*.md", "kpis/*.md", "warehouses/*.md"))
    return [CHECKOUT / "README.md", *(page for found in folders for page in sorted(found))]


def test_no_page_tells_to_type_what_no_test_types() -> None:
    here = {f"docs/{page}.md" for page in ("tutorial", *ON_THE_SAMPLE, *OF_OTHER_SYSTEMS)}
    elsewhere = {str(page.relative_to(CHECKOUT)) for pattern in ELSEWHERE for page in CHECKOUT.glob(pattern)}
    to_type = {str(page.relative_to(CHECKOUT)) for page in pages() for one in snippets(page) if one.language in TYPED}
    assert to_type - here - elsewhere == set()
    assert here <= to_type
    assert all((CHECKOUT / test).is_file() for test in ELSEWHERE.values())


def test_the_blocks_that_nothing_types_are_named_and_say_why() -> None:
    left = [(one.page, one.text.splitlines()[0]) for page in pages() for one in snippets(page) if not one.runs]
    assert left == NOT_TYPED


YAML = [one for page in pages() if page.stem != "design" for one in snippets(page) if one.language == "yaml"]


@pytest.mark.parametrize("one", YAML, ids=str)
def test_what_is_told_to_write_is_read(one: Snippet, tmp_path: Path) -> None:
    written: Any = yaml.safe_load(textwrap.dedent(one.text))
    if "formula" in written:
        (tmp_path / "kpis").mkdir()
        (tmp_path / "kpis/own.yaml").write_text(one.text, encoding="utf-8")
        assert load_catalog(Settings(), tmp_path).kpis["own"].origin == "workspace"
    elif isinstance(written, dict) and any(isinstance(one, dict) and "asks" in one for one in written.values()):
        (tmp_path / "goals.yaml").write_text(one.text, encoding="utf-8")
        goals, faults = read_goals(tmp_path, load_catalog(Settings(), tmp_path))
        assert written.keys() <= goals.keys()
        assert faults == []
    elif "rules" in written:
        assert [
            read_rule({key: rule[key] for key in rule if key != "switched_on"}) for rule in written["rules"].values()
        ]
    elif isinstance(written, dict):
        is_source = all(isinstance(one, dict) and "type" in one for one in written.values())
        settings = Settings.model_validate({"sources": written} if is_source else written)
        assert source_problems(tmp_path, settings) == []


@pytest.mark.long
def test_the_site_is_built_without_a_warning_and_asks_nobody(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed (make docs)")
    subprocess.run([sys.executable, "-m", "docs.site", str(tmp_path / "site")], cwd=CHECKOUT, check=True)
    html = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "site").rglob("*.html"))
    assert not re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(?:https?:)?//[^\"]*", html)
    assert not re.findall(r"<link\b[^>]*rel=\"(?:stylesheet|preload)\"[^>]*href=\"(?:https?:)?//", html)
    assert (tmp_path / "site/searchindex.js").is_file()
