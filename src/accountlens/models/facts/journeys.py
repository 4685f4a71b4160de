"""Won opportunities and their channels: each calendar month's journeys make one Markov chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from accountlens.models.attribution import markov, paths, shapley
from accountlens.models.registry import Fitted, Parameters, Run, times

OF_OPPORTUNITY = ("opportunity_id", "account_id", "owner_id", "product_id", "type", "closed_at", "amount")
NO_CHANNEL = ""


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per won opportunity with a touch and channel, also those it owes nothing.

    Args:
        rows: a row per touch, by day of the close, opportunity and position; `day` is local.
        parameters: none that matter here; the SELECT has heeded them.
        as_of: of no matter: what closed later is not among the rows.
    """
    months = times(rows, "day").astype("datetime64[M]")
    names = [name or NO_CHANNEL for name in rows["channel"].to_pylist()]
    every = sorted(set(names))
    bounds = np.flatnonzero(np.r_[True, months[1:] != months[:-1], True]) if len(months) else np.zeros(1, dtype=int)
    tables: list[pa.Table] = []
    runs: list[Run] = []
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        month = rows.slice(start, end - start)
        found = _paths(month, names[start:end])
        chains = _chains(found)
        runs.append(_run(str(months[start]), chains["per_touch"], month))
        if chains["per_touch"].credit is not None:
            tables += _credits(month, every, chains, _rates(found))
    if not runs:
        runs = [Run(0, reason="No opportunity with a campaign touch was decided.")]
    return Fitted(pa.concat_tables(tables) if tables else pa.table({}), runs)


def _firsts(month: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The place of each opportunity's first touch."""
    deals = np.asarray(month["opportunity_id"].to_pylist(), dtype=object)
    return np.flatnonzero(np.r_[True, deals[1:] != deals[:-1]])


def _paths(month: pa.Table, names: Sequence[str]) -> paths.Paths:
    firsts = _firsts(month)
    journey = np.repeat(np.arange(len(firsts)), np.diff(firsts, append=len(names)))
    won = np.asarray([status == "won" for status in month["status"].to_pylist()], dtype=np.float64)[firsts]
    return paths.of_touches(journey, names, won, 1 - won, won)


def _rates(found: paths.Paths) -> Mapping[str, float]:
    """Of each conversion, what is owed to each channel by the Shapley value of the rate at which paths convert."""
    credit = shapley.shapley(found, worth="rate", measure="conversions").credit or {}
    return {channel: value / found.total_conversions for channel, value in credit.items()}


def _chains(found: paths.Paths) -> Mapping[paths.Repeat, markov.MarkovResult]:
    repeats: tuple[paths.Repeat, ...] = ("per_touch", "per_channel")
    return {repeat: markov.markov(found, measure="conversions", repeat=repeat) for repeat in repeats}


def _credits(
    month: pa.Table,
    every: Sequence[str],
    chains: Mapping[paths.Repeat, markov.MarkovResult],
    rates: Mapping[str, float],
) -> Iterator[pa.Table]:
    """The month's shares, for each of its won opportunities."""
    firsts = _firsts(month)
    won = month.take(pa.array(firsts))
    won = won.filter(pa.array([status == "won" for status in won["status"].to_pylist()], pa.bool_()))
    chain = chains["per_touch"]
    for channel in every:
        added: dict[str, Any] = {
            "channel": channel or None,
            "share": _share(chain, channel),
            "share_per_channel": _share(chains["per_channel"], channel),
            "rate_share": rates.get(channel, 0.0),
            "removal_effect": (chain.removal_effect or {}).get(channel),
            "conversion_probability": chain.conversion_probability,
        }
        columns = {name: won[name] for name in OF_OPPORTUNITY}
        yield pa.table(
            columns
            | {
                name: pa.array([value] * won.num_rows, pa.string() if name == "channel" else pa.float64())
                for name, value in added.items()
            }
        )


def _share(chain: markov.MarkovResult, channel: str) -> float:
    """Of each conversion, what is owed to the channel."""
    effects = chain.removal_effect or {}
    return effects.get(channel, 0.0) / sum(effects.values())


def _run(month: str, chain: markov.MarkovResult, rows: pa.Table) -> Run:
    told = {
        "month": month,
        "conversion_probability": chain.conversion_probability,
        "removal_effect": chain.removal_effect,
        "transition": _transition(chain),
    }
    reason = None if chain.credit is not None else f"In {month} no opportunity with a campaign touch was won."
    return Run(len(_firsts(rows)), parameters=told, reason=reason)


def _transition(chain: markov.MarkovResult) -> Mapping[str, float]:
    """`{"start>search": 0.5, "search>conversion": 0.1, …}`, those above 0."""
    rows, columns = ("start", *chain.channels), (*chain.channels, "conversion", "null")
    shares = zip(rows, chain.transition.tolist(), strict=True)
    return {f"{row}>{to}": share for row, line in shares for to, share in zip(columns, line, strict=True) if share}
