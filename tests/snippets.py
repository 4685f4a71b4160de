"""What the documentation tells to type, carried out: commands in this process, the rest by the shell."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.readme_example import plain_surroundings

from accountlens.surfaces.cli.app import run

FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NOT_RUN = re.compile(r"\A(?:\$ )?# (?:not run in our tests|your own)\b.*")  # the first line says so, and why
STAYS = ("accountlens serve", "accountlens mcp", "pip install")  # they do not end, or fetch: only looked at
HEREDOC = re.compile(r"<<\s*'?(\w+)'?")
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-[0-9a-f]{4})?"), "<then>"),
    (re.compile(r"\b\d+\.\d s\b"), "<seconds>"),
    (re.compile(r"\br[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?"), "<time>"),
    (re.compile(r"[\d.]+ MB"), "<size>"),
)


@dataclass(frozen=True)
class Snippet:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str

    @property
    def runs(self) -> bool:
        return not NOT_RUN.match(self.text)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def snippets(page: Path) -> list[Snippet]:
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(page.name, text.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in FENCE.finditer(text)
    ]


def commands(snippet: Snippet) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines it is shown to print (in `sh`: none)."""
    command, ends, shown, is_console = "", "", list[str](), snippet.language == "console"
    for line in snippet.text.splitlines():
        if ends or command.endswith("\\\n"):  # a document within the command, or its next line
            command += line + "\n"
            ends = "" if line == ends else ends
        elif is_console and not line.startswith("$ "):
            shown.append(line)
        elif line.strip() and not line.startswith("#"):
            if command:
                yield command, shown
            command, shown = line.removeprefix("$ ") + "\n", []
            ends = found[1] if (found := HEREDOC.search(line)) else ""
    if command:
        yield command, shown


class Shell:
    """A place to type in. The program itself is called in this process, and finds no terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def type(self, command: str) -> tuple[int, str]:
        """The exit code, and what was printed, on stdout first."""
        words = shlex.split(command.replace("\\\n", " "), comments=True)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return 0, ""
        if words[0] != "accountlens":
            done = subprocess.run(["bash", "-c", command], cwd=self.folder, capture_output=True, text=True)
            return done.returncode, done.stdout + done.stderr
        to = words[words.index(">") + 1] if ">" in words else ""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), plain_surroundings():
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(words[1 : words.index(">") if to else None])
            if to:
                Path(to).write_text(out.getvalue(), encoding="utf-8")
        return code, ("" if to else out.getvalue()) + err.getvalue()


def differs(shown: list[str], printed: str) -> str:
    """What is shown and was not printed; `...` stands for any lines, ids and times for any others."""
    pattern = r"\n?".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(_plain(line)) + r"\n" for line in shown if line.strip()
    )
    there = "".join(f"{_plain(line)}\n" for line in printed.splitlines() if line.strip())
    if re.match(pattern, there):
        return ""
    return "shown:\n" + "\n".join(shown) + "\nprinted:\n" + printed


def _plain(line: str) -> str:
    for pattern, word in VARYING:
        line = pattern.sub(word, line)
    return line.rstrip()
