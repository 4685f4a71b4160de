"""What a call costs: CPU seconds of all threads, wall seconds, and the peak of the process's memory."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


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
    """The most memory this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` tells there is at least the memory of the process that started this one
        return _kilobytes(status.read_text(), "VmHWM") / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def own_mb() -> float:
    """The memory this process holds now for itself alone, in MiB; where the system does not tell, the most it held.

    Files that are mapped are not in it: the system lets go of them when it needs the room.
    """
    status = Path("/proc/self/status")
    return _kilobytes(status.read_text(), "RssAnon") / 2**10 if status.exists() else peak_mb()


def mapped_mb() -> float:
    """What is in memory of the files this process mapped, in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    return _kilobytes(status.read_text(), "RssFile") / 2**10 if status.exists() else 0.0


def _kilobytes(status: str, name: str) -> int:
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:"))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
