"""Attribution of a million touches by ten models."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.results import Result
from benchmarks.rounds import Contender, interleaved
from benchmarks.setting import Setting
from benchmarks.table import Table

ABOUT = """\
A million touches on the way to won deals, and a third as many to lost ones, of 8 channels, made for this. Nine models
share out every deal: first, last, last that was not direct, linear, U-shaped, W-shaped, full path, time decay and
Shapley values, as the fact `touch_credits` has them (a refresh computes them). The tenth are Markov chains of all
journeys, per touch and per channel, with the Shapley value of the rate of winning, as they are fitted for a period.
"""
WORDS = {"shares": "nine models, a share for each touch", "chains": "Markov chains", "both": "ten models"}
GOAL = 5.0  # seconds for all
COLUMNS = ("", "CPU s", "goal", "wall s", "peak MB")


def measure(setting: Setting) -> Result:
    words = {what: (str(setting.activities), what) for what in WORDS}
    contenders = [Contender(what, "benchmarks.contenders.attribution", words[what]) for what in WORDS]
    found = interleaved(contenders, setting.rounds, setting.scratch)
    rows = []
    for what, measured in found.items():
        goal = GOAL if what == "both" else None
        rows.append([WORDS[what], measured.median("cpu"), goal, measured.median("wall"), round(measured.peak_mb)])
    return Result(COLUMNS, rows)


def _settings(setting: Setting) -> list[Setting]:
    """Always a million touches; fewer only where everything is smaller."""
    return [replace(setting, activities=min(setting.activities, 1_000_000), accounts=0)]


TABLE = Table("attribution", "Attribution", ABOUT, measure, _settings)
