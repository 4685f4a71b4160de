"""A table of benchmarks: what it is called, what it says of itself, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.results import Result
from benchmarks.setting import Setting


@dataclass(frozen=True)
class Table:
    """`about` stands above the figures; `settings` gives the companies to measure on, the asked one by default."""

    name: str
    title: str
    about: str
    measure: Callable[[Setting], Result]
    settings: Callable[[Setting], Sequence[Setting]] = lambda setting: [setting]
