"""Customers as the propensity models see them: what they pay, do and ask for, as it was known at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.registry import times

DAY = np.timedelta64(1, "D")
MONTH_DAYS = 30.4375
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Stream:
    """Rows of one kind, in the order of time. `end`: NaT where there is none."""

    account: IntArray
    at: Times
    end: Times
    amount: FloatArray
    touches: FloatArray

    def take(self, rows: BoolArray | IntArray | slice) -> Stream:
        return Stream(self.account[rows], self.at[rows], self.end[rows], self.amount[rows], self.touches[rows])

    def between(self, start: np.datetime64, stop: np.datetime64) -> Stream:
        """The rows of start <= at < stop."""
        return self.take(slice(*np.searchsorted(self.at, [start, stop])))


@dataclass(frozen=True)
class Customers:
    """Arrays by customer have shape (n,), in the order of `names`."""

    names: Sequence[str]
    streams: Mapping[str, Stream]

    @property
    def n(self) -> int:
        return len(self.names)

    def mrr(self, moment: np.datetime64) -> FloatArray:
        """Recurring revenue just before a moment."""
        live = self.live("subscription", moment)
        return np.bincount(live.account, live.amount, self.n).astype(np.float64)

    def live(self, kind: str, moment: np.datetime64) -> Stream:
        """The rows that had begun before a moment and had not ended."""
        begun = self.streams[kind].between(np.datetime64("0001-01-01", "us"), moment)
        return begun.take(np.isnat(begun.end) | (begun.end >= moment))

    def before(self, kind: str, moment: np.datetime64, days: float) -> Stream:
        """The rows of the days before a moment."""
        return self.streams[kind].between(moment - days * DAY, moment)

    def total(self, rows: Stream) -> FloatArray:
        """The sum of the rows' amounts."""
        return np.bincount(rows.account, rows.amount, self.n).astype(np.float64)

    def points(self, moment: np.datetime64, half_life_days: float, days: float = 90) -> FloatArray:
        """Engagement: points of the days before a moment, fading with their age."""
        seen = self.before("day", moment, days)
        age = (moment - seen.at) / DAY
        return np.bincount(seen.account, seen.amount * 2.0 ** (-age / half_life_days), self.n).astype(np.float64)

    def touches(self, moment: np.datetime64, days: float = 90) -> FloatArray:
        seen = self.before("day", moment, days)
        return np.bincount(seen.account, seen.touches, self.n).astype(np.float64)

    def months(self, moment: np.datetime64) -> FloatArray:
        """Months since the first subscription; NaN where there was none yet."""
        begun = self.streams["subscription"].between(np.datetime64("0001-01-01", "us"), moment)
        first = np.full(self.n, np.datetime64("NaT", "us"))
        first[begun.account[::-1]] = begun.at[::-1]
        return np.asarray((moment - first) / DAY / MONTH_DAYS)


def customers_of(rows: pa.Table, kinds: Sequence[str]) -> Customers:
    """Customers out of the input rows of a propensity: account_id, kind, happened_at, ended_at, amount, touches."""
    names, codes = _coded(rows["account_id"])
    ended = rows["ended_at"].cast(pa.int64()).fill_null(np.iinfo(np.int64).min).to_numpy()  # the smallest is NaT
    whole = Stream(
        codes,
        times(rows, "happened_at"),
        np.asarray(ended, dtype="datetime64[us]"),
        rows["amount"].to_numpy(),
        rows["touches"].cast(pa.float64()).to_numpy(),
    )
    known, kind = _coded(rows["kind"])
    place = {name: code for code, name in enumerate(known)}
    streams = {name: np.flatnonzero(kind == place.get(name, -1)) for name in kinds}
    in_time = {name: found[np.argsort(whole.at[found], kind="stable")] for name, found in streams.items()}
    return Customers(names, {name: whole.take(found) for name, found in in_time.items()})


def _coded(texts: pa.ChunkedArray) -> tuple[list[str], IntArray]:
    """The different texts in order, and others that no row has; for each row the place of its text."""
    encoded = texts.combine_chunks()
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return [names[place] for place in order], rank[encoded.indices.to_numpy()]
