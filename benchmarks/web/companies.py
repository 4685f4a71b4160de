"""Companies to be served: each a copy, so that whoever signs in, or refreshes, leaves nothing behind."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.company import is_refreshed
from benchmarks.setting import Setting

SMALL_BYTES = 1_000_000  # below, a file is copied; larger ones, which nothing writes into, are linked
STATE = "state.db"


def sample(setting: Setting) -> Path:
    """The company of `accountlens demo`, made by the version at hand."""
    folder = setting.build / "web-sample"
    if not (folder / "store").is_dir() or not is_refreshed(folder):
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "accountlens", "demo", folder, "--no-serve"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@contextmanager
def copied(company: Path, setting: Setting) -> Iterator[Path]:
    setting.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=setting.scratch, prefix="web-") as place:
        folder = Path(place) / "company"
        aside = shutil.ignore_patterns(f"{STATE}*")
        shutil.copytree(company.resolve(), folder, copy_function=_taken, ignore=aside)
        kept, taken = (sqlite3.connect(one / "store" / STATE) for one in (company, folder))
        with closing(kept), closing(taken):
            kept.backup(taken)
        yield folder


def _taken(source: str, target: str) -> None:
    if Path(source).stat().st_size < SMALL_BYTES:
        shutil.copy2(source, target)
    else:
        Path(target).hardlink_to(source)
