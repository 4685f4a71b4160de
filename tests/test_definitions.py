"""The pages about the KPIs are those of the catalog, their links lead somewhere, and the chooser leaves no KPI out."""

from __future__ import annotations

import operator
import re

import pytest
from docs.definitions.__main__ import FOLDER, example_of, kept_examples, new_examples, pages, sample_company
from docs.definitions.words import data, pretty, prose

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.language import formula as f
from accountlens.language.formula import parse_formula

CATALOG = load_catalog(Settings())
SHOWN = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
MEND = "'python -m docs.definitions --keep-examples' writes the definitions anew, 'make definitions' the examples too."


SIGNS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


def worked_lines(name: str) -> list[str]:
    """The formula of a worked example, the same with numbers, and what they come to."""
    found = re.search(r"```text\n(.*?)```", example_of(SHOWN.get(f"{name}.md", "")), re.DOTALL)
    return [line for line in found[1].splitlines() if not line.startswith("→")] if found else []


def test_every_kpi_has_its_page_and_every_page_its_kpi() -> None:
    assert {name.removesuffix(".md") for name in SHOWN} - {"README", "choose"} == set(CATALOG.kpis), MEND


def test_the_pages_say_what_the_catalog_says() -> None:
    wanted = pages(CATALOG, kept_examples())
    stale = sorted(name for name, text in wanted.items() if SHOWN.get(name) != text)
    assert not stale, MEND


def test_every_page_has_a_worked_example() -> None:
    without = sorted(name for name in CATALOG.kpis if not example_of(SHOWN.get(f"{name}.md", "")))
    assert not without, MEND


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_link_leads_somewhere(name: str) -> None:
    for file, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]+))?\)", SHOWN[name]):
        if file.startswith("../"):
            assert (FOLDER / file).is_file(), f"{name} links to {file}, which is not there"
            continue
        text = SHOWN[file or name]
        assert not anchor or anchor in anchors(text), f"{name} links to #{anchor}, which {file or name} lacks"


def anchors(text: str) -> set[str]:
    """The names that a heading is linked by, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_the_chooser_names_every_kpi_and_no_other() -> None:
    questions = [question for goal in data("goals")["goals"] for question in goal["questions"]]
    firsts = [question["first"] for question in questions]
    named = {*firsts, *(name for question in questions for name in question["beside"])}
    paired = {name for pair in data("goals")["confusions"] for name in pair["kpis"]}
    assert set(CATALOG.kpis) - set(firsts) == set(), "each KPI answers one question first: docs/definitions/goals.yaml"
    assert (named | paired) - set(CATALOG.kpis) == set()
    assert len(firsts) == len(set(firsts))


def test_a_pair_that_is_confused_is_told_on_both_pages() -> None:
    for pair in data("goals")["confusions"]:
        one, other = pair["kpis"]
        assert one != other
        assert f"]({other}.md): " in SHOWN[f"{one}.md"].partition("## Often confused with")[2]
        assert f"]({one}.md): " in SHOWN[f"{other}.md"].partition("## Often confused with")[2]


def test_the_questions_of_the_examples_are_complete() -> None:
    chosen = [name for question in data("words")["examples"] for name in question["for"]]
    assert set(chosen) <= set(CATALOG.kpis)
    assert len(chosen) == len(set(chosen))
    for question in (*data("words")["examples"], *data("words")["usual"]):
        assert {"period", "said"} <= set(question) <= {"period", "where", "scope", "options", "said", "for"}


def test_every_option_is_explained() -> None:
    rows = [line for name, text in SHOWN.items() for line in table_of(text, "## Options")]
    assert [line for line in rows if line.endswith("|  |")] == []


def table_of(text: str, heading: str) -> list[str]:
    section = text.partition(f"{heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def test_a_formula_reads_like_arithmetic() -> None:
    assert pretty(parse_formula("100 * (a - b) / max(c, $d)")) == "100 × (a − b) ÷ max(c, d)"


def test_what_is_typed_stands_as_code_and_other_kpis_as_links() -> None:
    said = prose(
        "With method=movements and `nrr`, opening_mrr < 3; see `win_rate`. Ask --by tier.", CATALOG, "win_rate"
    )
    assert said == (
        "With `method=movements` and [`nrr`](nrr.md), `opening_mrr` \\< 3; see `win_rate`. Ask `--by tier`."
    )


WORKED = {name: block for name in CATALOG.kpis if len(block := worked_lines(name)) > 2}


@pytest.mark.parametrize("name", sorted(WORKED))
def test_the_numbers_of_a_worked_example_come_to_its_answer(name: str) -> None:
    _, with_numbers, result, *_ = WORKED[name]
    wanted, got = value_of(parse_formula(typed(result))), value_of(parse_formula(typed(with_numbers)))
    if wanted is None or got is None:
        assert wanted is got
    else:
        assert got == pytest.approx(wanted, rel=0.01), f"{with_numbers} is not {result}"


def typed(shown: str) -> str:
    """A line of a worked example with the signs that a formula is typed with."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", shown.removeprefix("= "))
    for sign, plain in {"÷": "/", "×": "*", "−": "-", "≤": "<=", "≥": ">=", "≠": "<>"}.items():
        text = text.replace(sign, plain)
    return text


def value_of(node: f.Node) -> float | None:
    """What a formula without names comes to; a second, plainer engine than the one that made the example."""
    match node:
        case f.Number(value):
            return value
        case f.Call("coalesce", arguments):
            return next((value for one in arguments if (value := value_of(one)) is not None), None)
        case f.Call("if", (condition, yes, no)):
            return value_of(yes) if value_of(condition) else value_of(no)
        case f.Name(_) | f.OptionRef(_):
            return None
    values = [value_of(one) for one in f.children(node)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    match node:
        case f.Negative(_):
            return -known[0]
        case f.Call(function, _):
            return float({"abs": abs, "min": min, "max": max, "power": pow}[function](*known))  # type: ignore[operator]
        case f.Binary("/", _, _):
            return known[0] / known[1] if known[1] else None
        case f.Binary(sign, _, _):
            return float(SIGNS[sign](*known))
    raise AssertionError(node)


@pytest.mark.long
def test_the_worked_examples_are_what_the_sample_company_answers() -> None:
    with sample_company() as workspace:
        now = new_examples(workspace)
    shown = kept_examples()
    stale = sorted(name for name, text in now.items() if shown.get(name) != text)
    assert not stale, "'make definitions' writes the worked examples anew."
