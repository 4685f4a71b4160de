"""`rollup=mean_of_accounts` over arrays: what `means` writes as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array, compute
from accountlens.engine.columns import columns_of
from accountlens.engine.dimensions import UNMATCHED
from accountlens.engine.fact_figures import Places
from accountlens.engine.groups import NOWHERE, Groups
from accountlens.engine.means import interval_of_mean, is_mean
from accountlens.engine.plan import Plan
from accountlens.language.formula import Name

MOMENTS = ("mean", "variance", "n")


def means_of(plan: Plan, groups: Groups, values: Mapping[str, Array], held: Mapping[str, str]) -> dict[str, Array]:
    """Arrays by group and period, each figure in a column of its own: means in the place of values."""
    found = {name: values[column] for name, column in held.items()}
    above, dim = groups.above(), groups.dims[-1]
    accounts = np.flatnonzero((groups.level & 1 == 0) & (dim.shown() != UNMATCHED) & (above != NOWHERE))
    for index, planned in enumerate(plan.kpis):
        if is_mean(planned):
            names = columns_of(planned, index)
            mean, variance, n = _moments(values[held[names.value]], accounts, above[accounts])
            moments = dict(zip(MOMENTS, (mean, variance, n), strict=True))
            low, high = compute(interval_of_mean(planned, *map(Name, MOMENTS)), moments)
            found |= {names.value: mean, names.low: low, names.high: high, names.n: n}
    return found


def _moments(values: Array, accounts: Places, above: Places) -> tuple[Array, Array, Array]:
    """Mean, variance of a sample and number of the accounts' known values, at the group above."""
    own = values[accounts]
    known = ~np.isnan(own)

    def sums(of: npt.NDArray[Any]) -> Array:
        total = np.zeros(values.shape)
        np.add.at(total, above, np.where(known, of, 0.0))
        return total

    with np.errstate(all="ignore"):
        n = sums(known)
        mean = sums(own) / n
        return mean, sums((own - mean[above]) ** 2) / np.where(n > 1, n - 1, np.nan), n
