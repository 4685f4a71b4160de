"""What a call costs: CPU seconds of all threads, wall seconds, and the peak of the process's memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    cpu: float
    wall: float


def cost_of(call: Callable[[], object]) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    call()
    return Cost(_cpu() - cpu, time.perf_counter() - wall)


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(cost.cpu for cost in costs), statistics.median(cost.wall for cost in costs))


def peak_mb() -> float:
    """The most memory this process ever held; Linux counts in kB, macOS in bytes."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
