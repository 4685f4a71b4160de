"""An answer as arrays tells what its rows tell, field by field; and the best groups are those a reader would find."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.engine.messy import catalog, company, open_session

from accountlens.engine import groups, script, sheet
from accountlens.engine.answer import Answer
from accountlens.engine.frame import Frame
from accountlens.engine.run import Backdrop, ask
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

CATALOG = catalog()
FEW = ("nps", "mrr", "win_rate", "engaged_accounts")
MANY = (
    *FEW,
    "engagement_score",
    "pipeline_value_open",
    "sales_cycle_days",
    "csat",
    "nrr",
    "avg_deal_size",
    "win_rate(basis=value)",
)
MEANS = tuple(f"{name}(rollup=mean_of_accounts)" for name in ("win_rate", "csat"))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    session, ground = open_session(CATALOG, company(7, scale=2), tmp_path_factory.mktemp("series"))

    def answer(*kpis: str, **more: Any) -> Answer:
        query = Query(tuple(map(parse_asked, kpis)), **{"period": "2024-01..2024-06", "grain": "month", **more})
        return ask(query, ground, session, Backdrop("s", "EUR"))

    return answer


@pytest.mark.parametrize("wide", [99, 1], ids=["one statement", "arrays"])
@pytest.mark.parametrize("kpis", [MANY, MEANS], ids=["pooled", "means"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"by": ("account_id",), "compare": ("previous",)},
        {"by": ("tier", "account_id"), "totals": "all"},
        {"by": ("tier",), "compare": ("year-ago", "profile:stripe"), "totals": "none"},
        {"period": "2024-05", "grain": "total", "compare": ("previous",), "by": ("tier",)},
        {"period": "2019", "grain": "quarter", "by": ("owner_id",), "totals": "none", "where": "tier = 'none'"},
    ],
    ids=["total", "accounts", "subtotals", "profile", "one period", "nobody"],
)
def test_arrays_tell_what_the_rows_tell(
    kpis: tuple[str, ...], more: Mapping[str, Any], wide: int, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "WIDE", wide)
    answer = asked(*kpis, **more)
    assert isinstance(answer.found, Frame) is (wide == 1)
    series = json.loads(json.dumps(answer.series(components=True).to_json_dict()))
    assert {key: series[key] for key in ("snapshot", "currency", "as_of", "notes")} == {
        key: answer.to_json_dict()[key] for key in ("snapshot", "currency", "as_of", "notes")
    }
    told = list(_rows(series))
    rows = json.loads(json.dumps(answer.rows()))
    assert len(told) == len(rows)
    assert bool(rows) is ("where" not in more)
    for mine, theirs in zip(told, rows, strict=True):
        assert mine == {key: _without_unknown(value) for key, value in theirs.items()}


def _rows(series: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows again, out of the arrays."""
    for kpi in series["kpis"]:
        for g, group in enumerate(series["groups"]):
            if kpi.get("here", [True] * (g + 1))[g]:
                count = len(series["periods"])
                yield from (_row(kpi, group, period, g * count + p) for p, period in enumerate(series["periods"]))


def _row(kpi: Mapping[str, Any], group: Mapping[str, Any], period: Mapping[str, Any], place: int) -> dict[str, Any]:
    def cell(lists: Any) -> Any:
        return None if lists is None else lists[place]

    flags = [group["flag"]] if "flag" in group else []
    flags += ["partial_period"] if period["partial"] else []
    row = {
        "kpi": kpi["kpi"], "unit": kpi["unit"], "by": group["by"],
        "period": period["label"], "period_start": period["start"], "period_end": period["end"],
        **{field: cell(kpi[field]) for field in ("value", "n", "lower", "upper")},
        "parts": {name: cell(lists) for name, lists in kpi["parts"].items()},
        "flags": [*flags, *(name for name, lists in kpi["flags"].items() if cell(lists))],
        "compare": {
            word: {key: {name: cell(lists) for name, lists in of.items()} if isinstance(of, dict) else cell(of)
                   for key, of in one.items()}
            for word, one in kpi["compare"].items()
        },
    }  # fmt: skip
    row |= {key: found[key] for found, key in ((group, "names"), (kpi, "options")) if key in found}
    return {key: _without_unknown(value) for key, value in row.items()}


def _without_unknown(told: Any) -> Any:
    """What is unknown in both forms, and components that a row does not have, left out; flags in any order."""
    match told:
        case dict():
            return {key: found for key, value in told.items() if (found := _without_unknown(value)) not in (None, {})}
        case list():
            return sorted(told)
    return told


def test_rows_of_two_accounts_are_not_told_for_others(asked: Any) -> None:
    answer = asked(*FEW, by=("account_id",))
    absent = [kpi for kpi in answer.series().kpis if not kpi.here.all()]
    assert absent
    assert all(kpi.value[~kpi.here].shape[0] and (kpi.value[~kpi.here] != kpi.value[~kpi.here]).all() for kpi in absent)


@pytest.mark.parametrize("compare", [(), ("previous",)])
def test_groups_computed_some_at_a_time_are_the_same(
    compare: tuple[str, ...], asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "WIDE", 1)
    more: dict[str, Any] = {"by": ("tier", "account_id"), "totals": "all", "compare": compare}
    whole = _near(asked(*MANY, **more).series().to_json_dict())
    assert len(whole["groups"]) > 20
    monkeypatch.setattr(sheet, "BOARD_CELLS", 7 * 6 * 300)  # a few groups
    monkeypatch.setattr(groups, "MOST_KEYS", 0)  # keys too many to be counted as they are
    monkeypatch.setattr(groups, "FEW_KEYS", 0)
    assert _near(asked(*MANY, **more).series().to_json_dict()) == whole


def _near(told: Any) -> Any:
    """Without the last bits of sums, which depend on who came first."""
    match told:
        case float():
            return float(f"{told:.9g}")
        case dict():
            return {key: _near(value) for key, value in told.items()}
        case list():
            return list(map(_near, told))
    return told


@pytest.mark.parametrize("wide", [99, 1], ids=["one statement", "arrays"])
@pytest.mark.parametrize(
    ("by", "lowest", "compare"),
    [
        ("value", False, ()), ("value", True, ()), ("change", False, ()),
        ("change", True, ("previous",)), ("change", False, ("profile:stripe",)),
    ],
)  # fmt: skip
def test_the_best_groups_are_found_without_their_rows(
    wide: int, by: str, lowest: bool, compare: tuple[str, ...], asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "WIDE", wide)
    answer = asked(*FEW, by=("account_id",), compare=compare, period="2024-02..2024-05")
    for kpi in ("mrr", "engaged_accounts"):
        whole = {}
        for row in answer.rows():
            if row["kpi"] == kpi and row["by"]["account_id"] is not None and row.get("options") is None:
                whole.setdefault(row["by"]["account_id"], []).append(row)
        ranks = {account: _rank(rows, by, compare) for account, rows in whole.items()}
        known = {account: rank for account, rank in ranks.items() if rank is not None}
        expected = sorted(known, key=lambda account: known[account] if lowest else -known[account])
        for n in (0, 3, 100):
            best = answer.top(kpi, n, by=by, lowest=lowest)
            shown = list(dict.fromkeys(row["by"]["account_id"] for row in best.rows() if row["kpi"] == kpi))
            assert shown == expected[:n]
            kept = {
                account: [r for r in best.rows() if r["kpi"] == kpi and r["by"]["account_id"] == account]
                for account in shown
            }
            assert kept == {account: whole[account] for account in shown}


def _rank(rows: list[Any], by: str, compare: tuple[str, ...]) -> float | None:
    if by == "value":
        found: float | None = rows[-1]["value"]
    elif compare:
        found = rows[-1]["compare"][compare[0]]["change"]
    else:
        last, before = rows[-1]["value"], rows[-2]["value"]
        found = None if last is None or before is None else last - before
    return found


@pytest.mark.parametrize(
    ("kpi", "by", "told"),
    [
        ("csat", "value", "'csat' was not asked"),
        ("nps", "rise", "'rise' is nothing to rank by"),
        ("nps", "change", "Nothing is known"),
    ],
)
def test_what_cannot_be_ranked_is_said(kpi: str, by: Any, told: str, asked: Any) -> None:
    answer = asked("nps", by=("account_id",), period="2024-05", grain="total")
    with pytest.raises(AccountlensError, match=told):
        answer.top(kpi, 3, by=by)
