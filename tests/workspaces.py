"""Small workspaces that tests write, refresh and ask through the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from accountlens.surfaces.cli.app import run

Say = Callable[..., tuple[int, str, str]]  # the words of a command → exit code, stdout, stderr


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Text by path inside the folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def saying(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run commands in a workspace."""

    def say(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["-C", str(folder), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return say
