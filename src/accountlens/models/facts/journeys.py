"""Channels by a period's journeys, won and lost: their Markov chain, and the Shapley value of their rate of winning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.models.arrays import IntArray
from accountlens.models.attribution import markov, paths, shapley
from accountlens.models.registry import Fitted, Parameters, Run, nothing

NO_CHANNEL = ""


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per channel, with its part in each win of the period. Nothing where nothing was won after a touch.

    Args:
        rows: a row per touch of the opportunities decided in the period, by opportunity and position.
        parameters: none that matter here; the SELECT has heeded them.
        as_of: of no matter: what closed later is not among the rows.
    """
    found = paths_of(rows.sort_by([("opportunity_id", "ascending"), ("position", "ascending")]))
    chains = _chains(found)
    chain = chains["per_touch"]
    decided = int(found.conversions.sum() + found.nulls.sum())
    if chain.credit is None:
        return nothing("No opportunity with a campaign touch was won.", decided)
    rates = _rates(found)
    lines = [
        {
            "channel": channel or None,
            "share": _share(chain, channel),
            "share_per_channel": _share(chains["per_channel"], channel),
            "rate_share": rates.get(channel, 0.0),
            "removal_effect": (chain.removal_effect or {}).get(channel),
            "conversion_probability": chain.conversion_probability,
        }
        for channel in found.channels
    ]
    return Fitted(pa.Table.from_pylist(lines), [Run(decided)])


def paths_of(rows: pa.Table) -> paths.Paths:
    """The distinct paths of touches in order, `opportunity_id` by `opportunity_id`, with how many were won and lost."""
    deals, _ = _coded(rows["opportunity_id"])
    firsts = np.flatnonzero(np.r_[True, deals[1:] != deals[:-1]]) if len(deals) else np.zeros(0, dtype=int)
    journey = np.repeat(np.arange(len(firsts)), np.diff(firsts, append=len(deals)))
    status, words = _coded(rows["status"])
    won = np.asarray([word == "won" for word in words], dtype=bool)[status[firsts]].astype(np.float64)
    codes, names = _coded(rows["channel"])
    return paths.of_codes(journey, names, codes, won, 1 - won, won)


def _coded(texts: pa.ChunkedArray) -> tuple[IntArray, list[str]]:
    """Each text's number, in the order in which they come first; none is NO_CHANNEL."""
    coded = pc.fill_null(texts, NO_CHANNEL).combine_chunks().dictionary_encode()
    return np.from_dlpack(coded.indices).astype(np.int64), coded.dictionary.to_pylist()


def _rates(found: paths.Paths) -> Mapping[str, float]:
    """Of each conversion, what is owed to each channel by the Shapley value of the rate at which paths convert."""
    credit: Mapping[Any, float] = shapley.shapley(found, worth="rate", measure="conversions").credit or {}
    return {channel: value / found.total_conversions for channel, value in credit.items()}


def _chains(found: paths.Paths) -> Mapping[paths.Repeat, markov.MarkovResult]:
    repeats: tuple[paths.Repeat, ...] = ("per_touch", "per_channel")
    return {repeat: markov.markov(found, measure="conversions", repeat=repeat) for repeat in repeats}


def _share(chain: markov.MarkovResult, channel: str) -> float:
    """Of each conversion, what is owed to the channel."""
    effects = chain.removal_effect or {}
    return effects.get(channel, 0.0) / sum(effects.values())
