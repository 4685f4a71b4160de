"""Contenders measured side by side: each in a process of its own, one after the other, round after round."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Contender:
    """`module` is run by `python` with these words; it serves as `benchmarks.contender` says."""

    name: str
    module: str
    words: tuple[str, ...]
    python: Path = Path(sys.executable)


@dataclass
class Measured:
    """Medians over the rounds; of several the first, which opens files and reads definitions, is left out."""

    versions: Mapping[str, str]
    rounds: list[Mapping[str, float]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)  # Parquet of the last round

    def median(self, what: str) -> float:
        return statistics.median(told[what] for told in self.rounds[1:] or self.rounds)

    @property
    def peak_mb(self) -> float:
        return self.rounds[-1]["peak_mb"]


class ContenderError(Exception):
    """A contender gave up; its own words stand on the error output."""


def interleaved(contenders: Sequence[Contender], rounds: int, scratch: Path) -> dict[str, Measured]:
    """Every contender once in each round; what they found stands under `scratch`, a folder for each."""
    with ExitStack() as stack:
        running = {one.name: stack.enter_context(_Process(one)) for one in contenders}
        found = {name: Measured(process.hear()) for name, process in running.items()}
        for _ in range(rounds + 1):
            for name, process in running.items():
                found[name].rounds.append(process.told("run"))
        for name, process in running.items():
            folder = scratch / "".join(letter if letter.isalnum() else "_" for letter in name)
            found[name].files = [Path(file) for file in process.told(f"write {folder}")]
    return found


class _Process:
    def __init__(self, one: Contender) -> None:
        self.name = one.name
        command = [one.python, "-m", one.module, *one.words]
        self.child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.child.stdin
        assert self.child.stdout
        with suppress(BrokenPipeError):  # one that gave up hears nothing more
            self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()

    def told(self, word: str) -> Any:
        assert self.child.stdin
        with suppress(BrokenPipeError):
            print(word, file=self.child.stdin, flush=True)
        return self.hear()

    def hear(self) -> Any:
        assert self.child.stdout
        line = self.child.stdout.readline()
        if not line:
            raise ContenderError(self.name)
        return json.loads(line)
