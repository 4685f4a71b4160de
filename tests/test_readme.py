"""What the README shows works: its commands exist with their options, its KPIs too, and its own KPI loads."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from docs.readme_example import BEGIN, END, WIDTH, difference, example, plain_surroundings, said, with_example

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.language.asked import parse_asked
from accountlens.surfaces.cli.app import run

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"```(?:sh|console)?\n(.*?)```", README, re.DOTALL)
SHOWN = [line for text in BLOCKS for line in text.splitlines() if re.match(r"(\$ )?accountlens ", line)]
COMMANDS = sorted({re.sub(r"(\$ )?accountlens (-C \S+ )?", "", line).split()[0] for line in SHOWN})


def block(language: str, holding: str) -> str:
    """The one code block of a language that holds a text."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    [found] = [text for text in blocks if holding in text]
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_takes_the_options_it_shows(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--help"]) == 0
    told = capsys.readouterr().out
    lines = [line for line in SHOWN if re.search(rf"accountlens (-C \S+ )?{command}\b(?!-)", line)]
    for word in sorted({word for line in lines for word in line.split(f" {command} ")[-1].split()[:1]}):
        if re.search(rf" {word} +[A-Z]", told):  # a command of several
            run([command, word, "--help"])
            told += capsys.readouterr().out
    options = {option for line in lines for option in re.findall(r" (--[a-z-]+)", line)}
    assert {option for option in options if option not in told} == set()


def test_every_kpi_the_readme_asks_exists() -> None:
    known = load_catalog(Settings())
    asked = [kpi for line in SHOWN for kpi in asked_in(shlex.split(line, comments=True))]
    assert asked
    for kpi in asked:
        known.kpi(parse_asked(kpi))


def asked_in(words: list[str]) -> list[str]:
    """The KPIs of a command: what stands between `ask` and the first option."""
    if "ask" not in words:
        return []
    rest = words[words.index("ask") + 1 :]
    return rest[: next((place for place, word in enumerate(rest) if word.startswith("-")), len(rest))]


def test_the_kpi_written_in_the_readme_loads(tmp_path: Path) -> None:
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "big_deals_share.yaml").write_text(block("yaml", "big / won"), encoding="utf-8")
    loaded = load_catalog(Settings(), tmp_path)
    assert loaded.kpis["big_deals_share"].origin == "workspace"
    assert loaded.kpi(parse_asked("big_deals_share(from_amount=1000)")).options["from_amount"] == 1000


@pytest.mark.long
def test_the_example_is_what_the_sample_company_answers() -> None:
    if told := difference(README, example()):
        pytest.fail(f"The README shows something else; 'make readme' writes it anew.\n{told}", pytrace=False)


def test_a_stale_example_is_told_line_by_line() -> None:
    text = f"# Title\n{BEGIN}```console\n$ ask\nWin rate  30 %\n```\n{END}\nMore.\n"
    block = "```console\n$ ask\nWin rate  31 %\n```\n"
    told = difference(text, block).splitlines()
    assert [line for line in told if line[:1] in "+-"][2:] == ["-Win rate  30 %", "+Win rate  31 %"]
    assert difference(with_example(text, block), block) == ""
    with pytest.raises(SystemExit, match="lacks the marks"):
        difference("# Title\n", block)


@pytest.mark.parametrize(
    "terminal",
    [
        {"COLUMNS": "40", "LINES": "10"},
        {"FORCE_COLOR": "1", "TERM": "dumb"},
        {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "200"},
        {"TTY_COMPATIBLE": "1", "NO_COLOR": "1"},
    ],
)
def test_the_example_is_the_same_in_every_terminal(
    terminal: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "accountlens.yaml").write_text("name: Tiny\n", encoding="utf-8")
    command = f"-C {shlex.quote(str(tmp_path))} kpi win_rate"
    with plain_surroundings():
        expected = said(command)
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    with plain_surroundings():
        assert said(command) == expected
    assert {name: os.environ[name] for name in terminal} == terminal
    assert "\x1b" not in expected
    assert max(map(len, expected.splitlines())) <= WIDTH
