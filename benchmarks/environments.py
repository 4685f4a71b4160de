"""An environment for each peer under `build/peers`, with the versions pinned in its `requirements.txt`."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.setting import PEERS, ROOT

PINS = ROOT / "benchmarks" / "peers"


def python_of(peer: str) -> Path:
    """The Python of a peer's environment, which is made or brought up to date first; needs the package index then."""
    place, pins = PEERS / peer, (PINS / peer / "requirements.txt").read_text(encoding="utf-8")
    python, made = place / "bin" / "python", place / "made"
    if not made.exists() or made.read_text(encoding="utf-8") != pins:
        print(f"Installing {peer} into {place} ...", file=sys.stderr)  # noqa: T201
        venv.create(place, with_pip=True)
        listed = PINS / peer / "requirements.txt"
        quietly = ["--quiet", "--disable-pip-version-check", "--no-deps"]  # all of them are pinned
        subprocess.run([python, "-m", "pip", "install", *quietly, "--requirement", listed], check=True)
        made.write_text(pins, encoding="utf-8")
    return python
