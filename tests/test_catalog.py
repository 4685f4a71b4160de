"""The catalog: what is shipped is sound, and what is faulty is told at once, with file and line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from accountlens.cache import unpickled
from accountlens.catalog.cache import cached_catalog
from accountlens.catalog.house import house_of, known_house
from accountlens.catalog.kpi_options import choose, kinds_of
from accountlens.catalog.loader import BUILT_IN, _options, load_catalog
from accountlens.catalog.schema import schemas
from accountlens.catalog.settings import Settings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.language.asked import Asked

KPI_FILES = sorted(BUILT_IN.glob("kpis/*/*.yaml"))
SCHEMAS = Path(__file__).parent.parent / "docs" / "schema"

GOOD: dict[str, Any] = {
    "label": "Big deals", "asks": "How many large deals did we win?", "unit": "count", "good": "up", "leads": "lagging",
    "review": "monthly", "formula": "big",
    "measures": {"big": {"fact": "opportunities", "at": "closed_at", "count": "rows", "where": "amount > 1000"}},
}  # fmt: skip


def write_kpi(folder: Path, name: str, **changes: Any) -> None:
    file = folder / "kpis" / "own" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({**GOOD, **changes}, sort_keys=False), encoding="utf-8")


def problems_of(folder: Path, settings: Settings | None = None) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load_catalog(settings or Settings(), folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_built_in_catalog_has_no_problem() -> None:
    assert load_catalog(Settings()).problems == ()


def test_a_kpi_of_the_workspace_stands_beside_the_built_in_ones(tmp_path: Path) -> None:
    write_kpi(tmp_path, "big_deals")
    catalog = load_catalog(Settings(), tmp_path)
    assert catalog.kpis["big_deals"].origin == "workspace"
    assert catalog.kpis["win_rate"].origin == "built-in"


def test_a_kpi_of_the_same_name_overrides_the_built_in_one_visibly(tmp_path: Path) -> None:
    write_kpi(tmp_path, "win_rate")
    assert load_catalog(Settings(), tmp_path).kpis["win_rate"].origin == "workspace, overrides built-in"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"formula": "bigg"}, "names 'bigg', which is no measure. Did you mean 'big'?"),
        ({"formula": "big / "}, "it ends too early at character"),
        ({"unit": "euros"}, "the unit 'euros' is not one of"),
        ({"colour": "red"}, "Unknown key 'colour'"),
        ({"interval": "wilson"}, "needs a formula of the form a / b"),
        ({"measures": {"big": {"fact": "deals", "at": "closed_at", "count": "rows"}}}, "there is no fact 'deals'"),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed", "count": "rows"}}}, "no column 'closed'. Did you mean 'closed_at'?"),
        ({"measures": {"big": {"fact": "opportunities", "at": "stage", "count": "rows"}}}, "a time role needs a time"),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed_at", "sum": "amont"}}}, '"amont" not found'),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed_at", "sum": "(SELECT max(amount) FROM opportunities)"}}}, "holds a subquery"),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed_at", "sum": "amount; DROP TABLE x"}}}, "one expression"),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed_at", "sum": "amount", "where": "$limit > 1"}}}, "'$limit' is no option"),
        ({"measures": {"big": {"fact": "opportunities", "count": "rows"}}}, "exactly one time role"),
        ({"measures": {"big": {"fact": "opportunities", "at": "closed_at", "count": "rows", "sum": "amount"}}}, "exactly one aggregate"),
        ({"measures": {"big": {"kpi": "big_deels"}}}, "takes the KPI 'big_deels', which does not exist"),
        ({"measures": {"big": {"kpi": "big_deals"}}}, "in a circle"),
    ],
)  # fmt: skip
def test_a_faulty_kpi_is_told_with_its_file_and_line(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    write_kpi(tmp_path, "big_deals", **changes)
    found = problems_of(tmp_path)
    assert any(told in problem for problem in found), found
    assert all(problem.startswith("kpis/own/big_deals.yaml:") for problem in found)


def test_whatever_carries_an_interval_takes_a_level() -> None:
    for definition in load_catalog(Settings()).kpis.values():
        kinds = kinds_of(definition.document.data.get("interval"))
        assert ("level" in definition.options) == bool(kinds), definition.name


def test_a_kpi_of_ones_own_may_have_its_own_level_within_bounds(tmp_path: Path) -> None:
    share = {"formula": "big / big", "interval": "wilson"}
    write_kpi(tmp_path, "big_share", **share, options={"level": {"default": 0.8}})
    assert load_catalog(Settings(), tmp_path).kpis["big_share"].defaults()["level"] == 0.8
    write_kpi(tmp_path, "big_share", **share, options={"level": {"default": 80}})
    lines = (tmp_path / "kpis/own/big_share.yaml").read_text(encoding="utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("options"))
    assert problems_of(tmp_path) == [
        f"kpis/own/big_share.yaml:{line}: big_share(level=80): a number between 0 and 1 is needed."
    ]


def test_a_level_for_all_kpis_is_checked_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, Settings(kpi_options={"all": {"level": 2}}))
    assert len(found) == 1
    assert "kpi_options.all" in found[0]
    assert "(level=2): a number between 0 and 1 is needed" in found[0]
    house = load_catalog(Settings(kpi_options={"all": {"level": 0.9}}))
    assert house.kpi(Asked("win_rate")).options["level"] == 0.9


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write_kpi(tmp_path, "one", formula="nothing")
    write_kpi(tmp_path, "two", unit="euros")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "three.sql").write_text(
        "/*\nabout: x\n*/\nSELECT nothing FROM opportunities", encoding="utf-8"
    )
    (tmp_path / "facts" / "four.sql").write_text("/*\nabout: x\n*/\nSELECT 1 FROM opportunitys", encoding="utf-8")
    told = " ".join(problems_of(tmp_path, Settings(kpi_options={"win_rate": {"basiss": "value"}})))
    for part in (
        "one.yaml",
        "two.yaml",
        "three.sql",
        "four.sql",
        "Did you mean 'opportunities'",
        "Did you mean 'basis'",
    ):
        assert part in told, told


def test_the_line_of_a_problem_is_the_line_of_its_key(tmp_path: Path) -> None:
    write_kpi(tmp_path, "big_deals", formula="nothing")
    lines = (tmp_path / "kpis/own/big_deals.yaml").read_text(encoding="utf-8").splitlines()
    wanted = 1 + next(number for number, line in enumerate(lines) if line.startswith("formula"))
    assert problems_of(tmp_path)[0].startswith(f"kpis/own/big_deals.yaml:{wanted}: ")


def test_a_key_given_twice_is_a_problem(tmp_path: Path) -> None:
    write_kpi(tmp_path, "big_deals")
    file = tmp_path / "kpis/own/big_deals.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "unit: money\n", encoding="utf-8")
    assert any("stands twice" in problem for problem in problems_of(tmp_path))


def test_workspace_defaults_of_options_hold_until_others_are_asked() -> None:
    catalog = load_catalog(Settings(kpi_options={"win_rate": {"basis": "value"}, "all": {"min_people": 4}}))
    assert catalog.kpi(Asked("win_rate")).options["basis"] == "value"
    assert catalog.kpi(Asked("mqa_count")).options["min_people"] == 4
    asked = catalog.kpi(Asked("win_rate", {"basis": "count"}))
    assert (asked.options["basis"], asked.beyond) == ("count", {"basis": "count"})


@pytest.mark.parametrize("path", KPI_FILES, ids=lambda path: path.stem)
def test_every_kpi_file_fits_the_published_schema(path: Path) -> None:
    assert fits_schema(yaml.safe_load(path.read_text(encoding="utf-8")))


def fits_schema(data: Any) -> bool:
    """As an editor sees it: a YAML file as JSON, whose keys are texts."""
    seen = json.loads(json.dumps(data))
    return not list(jsonschema.Draft202012Validator(schemas()["kpi.schema.json"]).iter_errors(seen))


STAT = {"stat": {"values": ["mean", "median"]}, "as_given": {"values": [False, True]}}
BIG = {"fact": "opportunities", "at": "closed_at"}


FIT = [
    {"measures": {"big": {**BIG, "$stat": "amount"}}},
    {"measures": {"big": {**BIG, "$stat": {"when": "as_given", True: "amount_given", False: "amount"}}}},
    {"measures": {"big": {"fact": "opportunities", "during": ["created_at", {"when": "stat", "else": "closed_at"}], "count": "rows"}}},
    {"measures": {"when": "stat", "else": {"big": {**BIG, "mean": "amount"}}}},
    {"measures": {"big": {"when": "stat", "mean": {**BIG, "mean": "amount"}, "else": {**BIG, "count": "rows"}}}},
    {"formula": {"when": "stat", "mean": "big", "else": {"when": "as_given", "else": "big"}}},
    {"flags": {"few": {"when": "stat", "else": "big < 5"}}},
    {"sources": [{"when": "stat", "else": "brief 002"}]},
    {"unit": {"when": "stat", "else": "money"}},
]  # fmt: skip
UNFIT = [
    {"measures": {"big": {**BIG, "$stat": True}}},
    {"measures": {"big": {**BIG, "$Stat": "amount"}}},
    {"measures": {"when": "stat", "else": {"big": {**BIG, "meen": "amount"}}}},
    {"measures": {"when": {**BIG, "count": "rows"}}, "formula": "1"},
    {"formula": {"when": "stat", "mean": 5, "median": "big"}},
    {"formula": {"when": "stat"}},
    {"unit": "euros"},
    {"options": {"stat": {"default": "mean", "about": {"when": "stat", "else": "x"}}}},
    {"options": {"when": "stat", "else": STAT}},
    {"$stat": "mean"},
]  # fmt: skip


def test_the_published_schema_accepts_what_the_loader_accepts(tmp_path: Path) -> None:
    for number, changes in enumerate(FIT):
        assert fits_schema({**GOOD, "options": STAT, **changes}), changes
        write_kpi(tmp_path, f"fit_{number}", **{"options": STAT, **changes})
    assert {f"fit_{number}" for number in range(len(FIT))} < set(load_catalog(Settings(), tmp_path).kpis)


def test_the_published_schema_refuses_what_the_loader_refuses(tmp_path: Path) -> None:
    for number, changes in enumerate(UNFIT):
        assert not fits_schema({**GOOD, "options": STAT, **changes}), changes
        write_kpi(tmp_path, f"unfit_{number}", **{"options": STAT, **changes})
    told = {problem.split(":")[0] for problem in problems_of(tmp_path)}
    assert told == {f"kpis/own/unfit_{number}.yaml" for number in range(len(UNFIT))}


def test_the_published_schemas_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        assert json.loads((SCHEMAS / name).read_text(encoding="utf-8")) == schema, f"write {name} anew: make schema"


def test_a_choice_without_a_case_for_its_option_is_refused() -> None:
    with pytest.raises(ValueError, match="has no case for 'value'"):
        choose({"when": "basis", "count": 1}, {"basis": "value"})


def test_an_option_without_default_takes_that_of_a_fact_the_kpi_uses() -> None:
    catalog = load_catalog(Settings())
    weights = catalog.facts["touch_credits"].parameters["weights"]
    assert weights != catalog.facts["engagements"].parameters["weights"]
    options = {"options": {"weights": {}}, "unit": "count"}
    for fact in ("touch_credits", "engagements"):
        measures = {"credited": {"when": "value", "amount": {"fact": fact, "at": "closed_at", "count": "rows"}}}
        found = _options({**options, "measures": measures}, catalog.facts, Settings())
        assert found["weights"].default == catalog.facts[fact].parameters["weights"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"components": ["small"]}, "The formula is not the sum of its components (small)"),
        ({"formula": "2 * big", "components": ["big"]}, "The formula is not the sum of its components (big)"),
        ({"components": {"by": "colour"}}, "The fact 'opportunities' has no column 'colour'"),
        ({"formula": "big / 2", "components": {"by": "stage"}}, "one measure that counts or sums up rows"),
    ],
)
def test_components_must_add_up_to_the_kpi(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    write_kpi(tmp_path, "big_deals", **changes)
    assert any(fault in problem for problem in problems_of(tmp_path))


def test_components_that_add_up_are_taken(tmp_path: Path) -> None:
    write_kpi(tmp_path, "big_deals", components=["big"])
    write_kpi(tmp_path, "by_stage", components={"by": "stage"})
    assert load_catalog(Settings(), tmp_path).kpi(Asked("by_stage")).components


def test_the_catalog_is_kept_until_something_it_depends_on_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, found = [], load_catalog(Settings())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("accountlens.catalog.loader.load_catalog", lambda *given: loads.append(given) or found)
    workspace = tmp_path / "workspace"
    columns = list(found.facts["accounts"].columns.items())

    def loaded(settings: dict[str, Any], schemas: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> int:
        read = Settings.model_validate(settings)
        assert cached_catalog(house_of(read), lambda: read, workspace, schemas or {}).kpis.keys() == found.kpis.keys()
        return len(loads)

    assert loaded({}) == 1
    assert loaded({"sources": {"files": {"path": "data"}}, "snapshots": {"keep": 3}}) == 1  # no definition reads these
    assert loaded({"gross_margin": 0.7}) == 2
    assert loaded({"time_zone": "Asia/Tokyo"}) == 3
    assert loaded({}, {"accounts": [*columns, ("hat_size", "VARCHAR")]}) == 4
    write_kpi(workspace, "big_deals")
    assert loaded({}) == 5
    assert loaded({}) == 5


def test_settings_are_read_again_when_they_change_and_faults_are_told_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    reads, load = [], load_settings
    monkeypatch.setattr(
        "accountlens.catalog.settings.load_settings", lambda folder: reads.append(folder) or load(folder)
    )
    file = tmp_path / "accountlens.yaml"
    for times in (1, 1, 2, 2):
        file.write_text(
            f"currency: {'EUR' if times == 1 else 'CHF'}\ntime_zone: Europe/Zurich\nfiscal_year_starts: 4\n"
        )
        house = known_house(tmp_path)
        assert (house.currency, house.time_zone, house.fiscal_year_starts) == (
            "EUR" if times == 1 else "CHF",
            "Europe/Zurich",
            4,
        )
        assert len(reads) == times
    for _ in range(2):
        file.write_text("curency: EUR\n")
        with pytest.raises(ProblemsError, match="curency"):
            known_house(tmp_path)
    file.unlink()
    with pytest.raises(AccountlensError, match="this is no workspace"):
        known_house(tmp_path)


def test_a_spoilt_cache_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "accountlens.yaml").write_text("currency: EUR\n")
    known_house(tmp_path)
    for content in (b"", b"{}", b"[1]", b"\x80nothing"):
        for file in (tmp_path / "cache").rglob("*"):
            if file.is_file():
                file.write_bytes(content)
        assert known_house(tmp_path).currency == "EUR"
        assert unpickled(content) is None
    (tmp_path / "cache" / "accountlens").rename(tmp_path / "gone")
    (tmp_path / "cache" / "accountlens").write_text("a file where a folder should be")
    assert known_house(tmp_path).currency == "EUR"
