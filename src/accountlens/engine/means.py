"""`rollup=mean_of_accounts`: a group's value is the mean of its accounts' values, each counting once (rule G3).

Its interval is that of a mean: Student's t over the accounts.
"""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.engine.columns import Columns, columns_of
from accountlens.engine.dimensions import UNMATCHED
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.intervals import error_of_mean, t_interval
from accountlens.engine.plan import Plan, PlannedKpi
from accountlens.engine.quantiles import LEVEL
from accountlens.language.formula import Binary, Name, Node, Number


def means_sql(plan: Plan, held: Mapping[str, str]) -> str:
    """The rows to show of those computed: accounts, the last of the groups, gone, and means in the place of values.

    `held` tells the column of `valued` in which a figure stands; here each gets one of its own.
    """
    dims = [f"d{index}" for index in range(len(plan.query.by))]
    # GROUPING sets the lowest bit of a level where its last group, the account, is summed over
    keys = [
        "v.p",
        "CAST((v.level - 1) / 2 AS INTEGER) AS level",
        *(f"v.{dim}" for dim in dims),
        *(f"v.p_{shift}" for shift in plan.partners),
    ]
    columns = [
        column
        for index, planned in enumerate(plan.kpis)
        for column in _shown(planned, columns_of(planned, index), held)
    ]
    same = " AND ".join(["m.p = v.p", "m.level = v.level - 1", *(f"m.{dim} = v.{dim}" for dim in dims)])
    return (
        f"SELECT {', '.join([*keys, *columns])}\nFROM valued v\n"
        f"LEFT JOIN (\n{_means(plan, dims, held)}\n) m ON {same}\nWHERE v.level % 2 = 1"
    )


def _means(plan: Plan, dims: list[str], held: Mapping[str, str]) -> str:
    keys = ["p", "level", *dims]
    values = [columns_of(planned, index).value for index, planned in enumerate(plan.kpis) if is_mean(planned)]
    spread = "avg({0}) AS {1}", "count({0}) AS {1}_accounts", "var_samp({0}) AS {1}_variance"
    found = [text.format(held[value], value) for value in values for text in spread]
    account = f"d{len(dims)}"
    accounts = f"level % 2 = 0 AND {account} <> '{UNMATCHED}'"
    return f"SELECT {', '.join([*keys, *found])}\nFROM valued\nWHERE {accounts}\nGROUP BY {', '.join(keys)}"


def _shown(planned: PlannedKpi, names: Columns, held: Mapping[str, str]) -> list[str]:
    others = [names.unmatched, names.here, *names.parts.values(), *names.flags.values()]
    own = [names.value, names.low, names.high, names.n]
    if not is_mean(planned):
        return [f"v.{held[name]} AS {name}" for name in (*own, *others)]
    n = f"m.{names.value}_accounts"
    of = Name(names.value), Name(f"{names.value}_variance"), Name(f"{names.value}_accounts")
    low, high = map(FormulaWriter("m.{}".format), interval_of_mean(planned, *of))
    bounds = [f"{low} AS {names.low}", f"{high} AS {names.high}", f"COALESCE({n}, 0) AS {names.n}"]
    return [f"m.{names.value}", *bounds, *(f"v.{held[name]} AS {name}" for name in others)]


def interval_of_mean(planned: PlannedKpi, mean: Name, variance: Name, n: Name) -> tuple[Node, Node]:
    """Of accounts' values: mean, variance of a sample, number of accounts."""
    level = float(planned.kpi.options.get("level", LEVEL))
    return t_interval(mean, error_of_mean(variance, n), Binary("-", n, Number(1.0)), level)


def is_mean(planned: PlannedKpi) -> bool:
    """Whether a group's value is to be the mean of its accounts' values."""
    return planned.kpi.rollup == "mean_of_accounts"
