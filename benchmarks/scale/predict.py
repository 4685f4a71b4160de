"""What a refresh would cost on a cluster that is not here: CPU and time at a size, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.scale.model import Model, Size, errors, fit, size_of
from benchmarks.scale.runs import Run
from benchmarks.scale.statements import GROUPS

TARGET = Size(10_000_000_000, 1_000_000)
STEADY = 3  # runs at least that a model needs: as many as a volume has coefficients


@dataclass(frozen=True)
class Nodes:
    """A cluster: `busy` is the share of its cores that works while a statement runs (stragglers, waves that end)."""

    count: int = 10
    cores: int = 16
    memory_gb: int = 64
    network_gbit: float = 10.0
    busy: float = 0.7
    overhead: float = 1.0  # CPU of the executors' processes over that of their tasks: collecting garbage, compiling

    @property
    def all_cores(self) -> int:
        return self.count * self.cores

    @property
    def bytes_per_second(self) -> float:
        """Between the nodes, all at once; of what is shuffled one node's share stays where it is."""
        return self.count * self.network_gbit * 1e9 / 8


@dataclass(frozen=True)
class Predicted:
    """Seconds of a refresh. `statements`: what they take one after the other, however large the cluster."""

    computing: float
    shuffling: float
    statements: float
    here: float

    @property
    def wall(self) -> float:
        return self.computing + self.shuffling + self.statements + self.here


def cpu(model: Model, size: Size) -> float:
    """CPU seconds of the executors' tasks."""
    return sum(model.cost(group, "cpu", size) for group in GROUPS)


def volume(model: Model, name: str, size: Size) -> float:
    return sum(model.volume(group, name, size) for group in GROUPS)


def predict(model: Model, size: Size, nodes: Nodes) -> Predicted:
    """One statement runs after the other; each waits for the driver, and what comes home is read by one process."""
    driver = sum(model.cost(group, "driver", size) for group in GROUPS)
    mine = sum(model.cost(group, "here", size) for group in GROUPS) + model.beside(size)
    return Predicted(
        computing=cpu(model, size) * nodes.overhead / (nodes.all_cores * nodes.busy),
        shuffling=volume(model, "bytes_shuffled", size) * (1 - 1 / nodes.count) / nodes.bytes_per_second,
        statements=driver,
        here=mine,
    )


@dataclass(frozen=True)
class HeldOut:
    """The largest run, predicted by a model that was fitted on the others."""

    run: Run
    pairs: dict[str, tuple[float, float]]  # group → CPU seconds, predicted and measured; '' is the total
    steps: float  # how many times more activities it has than the next largest

    @property
    def error(self) -> float:
        predicted, measured = self.pairs[""]
        return predicted / measured - 1


def held_out(runs: Sequence[Run]) -> HeldOut:
    *others, largest = sorted(runs, key=lambda run: (run.activities, run.accounts))
    below = max(run.activities for run in others)
    return HeldOut(largest, errors(fit(others), largest), largest.activities / below)


def interval(runs: Sequence[Run], size: Size) -> tuple[float, float]:
    """Within which the CPU at a size is to be expected.

    From the lowest to the highest of the models that one run each was left out of; widened by the error with which the
    largest run was predicted, once for each time that the size is as many times larger again.
    """
    told = held_out(runs)
    predicted, measured = told.pairs[""]
    steps = max(1.0, math.log(size.activities / told.run.activities) / math.log(max(told.steps, 2.0)))
    wide = math.exp(abs(math.log(predicted / measured)) * steps)
    fewer = [[other for other in runs if other is not one] for one in runs]
    found = [cpu(fit(some), size) for some in ([*runs], *fewer) if len(some) >= STEADY]
    return min(found) / wide, max(found) * wide


def overhead(runs: Sequence[Run]) -> float:
    """What the executors' processes took beyond their tasks, in the largest run."""
    largest = max(runs, key=lambda run: size_of(run).activities)
    return largest.executors / sum(one.cpu for one in largest.asked)
