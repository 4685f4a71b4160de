"""The container's steps without a container: the wheel in an environment of its own, as a user who owns one folder alone."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.snippets import commands, snippets

CHECKOUT = Path(__file__).parent.parent
NOBODY = 65534
EXPORTS = {
    "companies": "Id,Company,Website\nC-1,Acme GmbH,acme.example\nC-2,Birch,birch.example\n",
    "deals": "Deal Id,Company Id,Stage,Amount,Created,Closed\nD-1,C-1,Closed Won,48000,2026-01-12,2026-03-20\n",
}


class Box:
    """`srv/kpis` stands for the volume, `exports` for what is mounted, `bin` for where pip put the program."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "venv/bin"
        self.user: dict[str, Any] = {}
        self.environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(folder / "srv/kpis")}

    def install(self) -> None:
        """As the file says: nothing but the wheel, with what it asks for."""
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", self.folder / "dist", CHECKOUT],
            check=True,
        )
        subprocess.run([sys.executable, "-m", "venv", self.folder / "venv"], check=True)
        [wheel] = (self.folder / "dist").glob("accountlens-*.whl")
        subprocess.run([self.bin / "python", "-m", "pip", "install", "-q", "--no-cache-dir", wheel], check=True)

    def own(self) -> None:
        """Root gives the volume away, and is somebody else from then on, where that one can read Python."""
        volume = self.folder / "srv/kpis"
        volume.mkdir(parents=True)
        if os.geteuid() == 0:
            other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            try:
                subprocess.run([self.bin / "python", "-c", ""], check=True, **other)
            except (OSError, subprocess.SubprocessError):
                return
            os.chown(volume, NOBODY, NOBODY)
            self.user = other

    def words(self, told: list[str]) -> list[str]:
        moved = [re.sub(r"^/(srv|exports)", rf"{self.folder}/\1", word) for word in told]
        return [str(self.bin / moved[0]), *moved[1:]]

    def start(self, told: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.words(told), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
            env=self.environment, **self.user,
        )  # fmt: skip


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # others may look in
        made = Box(Path(folder))
        made.install()
        made.own()
        (made.folder / "exports").mkdir()
        for name, text in EXPORTS.items():
            (made.folder / f"exports/{name}.csv").write_text(text, encoding="utf-8")
        yield made


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="containers of Linux")
def test_the_steps_of_the_container_lead_to_a_served_workspace(box: Box) -> None:
    for told in documented():
        done = box.start(told)
        said = done.communicate(timeout=120)[0]
        assert done.returncode == 0, (told, said)
    [line] = re.findall(r"^CMD (.+)$", (CHECKOUT / "deploy/Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    command = json.loads(line)
    command[command.index("--port") + 1] = "0"
    with box.start(command) as server:
        assert server.stdout is not None
        said = ""
        while "/setup#" not in said:  # the link stands in the container's log
            line = server.stdout.readline()
            assert line, said
            said += line
        port = re.search(r"http://[^:\s]+:(\d+)", said)
        assert port, said
        with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/api/v1/health", timeout=30) as answer:
            assert json.load(answer)["snapshot"]
        server.terminate()
        assert "Traceback" not in server.communicate(timeout=30)[0]


def documented() -> list[list[str]]:
    """What operations.md tells to run in a container: the words behind the image, where it ends by itself."""
    [block] = [one for one in snippets(CHECKOUT / "docs/operations.md") if "the container of above" in one.text]
    words = [shlex.split(command.replace("\\\n", " ")) for command, _ in commands(block)]
    assert all(one[:2] == ["docker", "run"] for one in words)
    found = [one[one.index("accountlens") + 1 :] for one in words]
    assert [one[:1] for one in found] == [["accountlens"], ["accountlens"], []]  # the last is served by the file's CMD
    return found[:2]
