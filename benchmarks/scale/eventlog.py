"""What Spark's event log tells of each statement: tasks, CPU, rows read, bytes shuffled and spilled, stragglers."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GROUP = "spark.jobGroup.id"  # of a job's properties: the number of the statement that it works for
JOB, TASK = ('{"Event":"SparkListener' + event for event in ("JobStart", "TaskEnd"))
SHUFFLED = ("Remote Bytes Read", "Local Bytes Read")


@dataclass(frozen=True)
class Task:
    """One task that ended well."""

    seconds: float
    cpu: float
    gc: float
    rows_read: int
    bytes_read: int
    rows_shuffled: int
    bytes_shuffled: int  # written for other tasks to read
    rows_taken: int  # of what others have shuffled
    bytes_taken: int
    bytes_spilled: int  # to disk
    bytes_made: int
    peak: int  # bytes of execution memory


@dataclass(frozen=True)
class Work:
    """All tasks of a statement. `longest`, `median`: seconds within the stage whose longest task took longest.

    `fullest`: the rows of the task that was given most of what others have shuffled, and its CPU seconds; `usual`: the
    medians of its stage.
    """

    tasks: int
    failed: int
    cpu: float
    seconds: float
    gc: float
    rows_read: int
    bytes_read: int
    rows_shuffled: int
    bytes_shuffled: int
    bytes_spilled: int
    bytes_made: int
    peak: int
    longest: float
    median: float
    fullest_rows: int = 0
    usual_rows: int = 0
    fullest_cpu: float = 0.0
    usual_cpu: float = 0.0


def works(log: Path) -> dict[int, Work]:
    """Statement → what the cluster did for it. `log` is a file, or the folder of one that rolls."""
    files = sorted(log.glob("events_*")) if log.is_dir() else [log]
    lines = (line for file in files for line in file.open(encoding="utf-8"))
    return read(lines)


def read(lines: Iterable[str]) -> dict[int, Work]:
    statement: dict[int, int] = {}  # stage → statement
    tasks: dict[int, dict[int, list[Task]]] = defaultdict(lambda: defaultdict(list))
    failed: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.startswith(JOB):
            job = json.loads(line)
            number = (job.get("Properties") or {}).get(GROUP)
            if number is not None:
                statement |= {stage: int(number) for stage in job["Stage IDs"] if stage not in statement}
        elif line.startswith(TASK):
            ended = json.loads(line)
            stage = ended["Stage ID"]
            if stage in statement and ended["Task End Reason"]["Reason"] == "Success":
                tasks[statement[stage]][stage].append(_task(ended))
            elif stage in statement:
                failed[statement[stage]] += 1
    return {number: _work(list(stages.values()), failed[number]) for number, stages in tasks.items()}


def _task(ended: Mapping[str, Any]) -> Task:
    told, info = ended["Task Metrics"], ended["Task Info"]
    read, written, taken = told["Input Metrics"], told["Shuffle Write Metrics"], told["Shuffle Read Metrics"]
    return Task(
        seconds=(info["Finish Time"] - info["Launch Time"]) / 1e3,
        cpu=(told["Executor CPU Time"] + told["Executor Deserialize CPU Time"]) / 1e9,
        gc=told["JVM GC Time"] / 1e3,
        rows_read=read["Records Read"],
        bytes_read=read["Bytes Read"],
        rows_shuffled=written["Shuffle Records Written"],
        bytes_shuffled=written["Shuffle Bytes Written"],
        rows_taken=taken["Total Records Read"],
        bytes_taken=sum(taken[name] for name in SHUFFLED),
        bytes_spilled=told["Disk Bytes Spilled"],
        bytes_made=told["Output Metrics"]["Bytes Written"],
        peak=told.get("Peak Execution Memory", 0),
    )


def _work(stages: list[list[Task]], failed: int) -> Work:
    every = [task for tasks in stages for task in tasks]
    slowest = max(stages, key=lambda tasks: max(task.seconds for task in tasks))
    unevenest = max(stages, key=lambda tasks: max(task.rows_taken for task in tasks))
    fullest = max(unevenest, key=lambda task: task.rows_taken)

    def total(name: str) -> Any:
        return sum(getattr(task, name) for task in every)

    return Work(
        tasks=len(every),
        failed=failed,
        cpu=round(total("cpu"), 4),
        seconds=round(total("seconds"), 3),
        gc=round(total("gc"), 3),
        rows_read=total("rows_read"),
        bytes_read=total("bytes_read"),
        rows_shuffled=total("rows_shuffled"),
        bytes_shuffled=total("bytes_shuffled"),
        bytes_spilled=total("bytes_spilled"),
        bytes_made=total("bytes_made"),
        peak=max(task.peak for task in every),
        longest=max(task.seconds for task in slowest),
        median=round(statistics.median(task.seconds for task in slowest), 3),
        fullest_rows=fullest.rows_taken,
        usual_rows=int(statistics.median(task.rows_taken for task in unevenest)),
        fullest_cpu=round(fullest.cpu, 3),
        usual_cpu=round(statistics.median(task.cpu for task in unevenest), 3),
    )
