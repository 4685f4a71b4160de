"""A real PostgreSQL on loopback for the tests: found, or installed, started, and stopped by its process id.

`python tests/servers/postgres.py install` puts Debian's package on a machine that has none (as root); elsewhere it
says what to do. The tests that need a server are skipped, with the reason, where there is none.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "boss", "s3cr3t-of/the boss"
PLACES = "/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"
START_SECONDS, INSTALL_SECONDS = 30, 300


@dataclass(frozen=True)
class Server:
    """A running server; `url` is a superuser's, its password escaped."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:s3cr3t-of%2Fthe%20boss@127.0.0.1:{self.port}/postgres"


@contextmanager
def needed() -> Iterator[Server]:
    """A running server for tests that need one; without its programs these are skipped."""
    import pytest  # not to install the programs

    if programs() is None:
        pytest.skip("no PostgreSQL here (tests/servers/postgres.py install)")
    with running() as server:
        yield server


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest first; none where root has nobody to run them as."""
    if _is_root() and not _has_user("postgres"):
        return None
    found = [Path(folder) for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    whole = [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        whole.append(Path(on_path).resolve().parent)
    return max(
        whole, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()], default=None
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _has_user(name: str) -> bool:
    import pwd  # not on Windows, where nobody is root

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def install() -> int:
    """Debian's package, where there is none and we may."""
    if not programs():
        apt_install("postgresql", "PostgreSQL", "its tests")
    return 0


def apt_install(package: str, label: str, tests: str) -> None:
    """A package of Debian's, where we may; else a word on what will be skipped."""
    if not _is_root() or not shutil.which("apt-get"):
        sys.stderr.write(f"No {label} here: {tests} will be skipped. (Debian: apt-get install {package})\n")
        return
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qqy", "install", "--no-install-recommends", package],
    ):
        try:
            subprocess.run(command, check=True, timeout=INSTALL_SECONDS, **quiet)
        except (subprocess.SubprocessError, OSError):
            sys.stderr.write(f"{label} could not be installed: {tests} will be skipped.\n")
            return


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server in a folder of its own, gone afterwards."""
    bin_ = programs()
    assert bin_ is not None
    # The server refuses to run as root, so it gets a user of its own there.
    who: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if _is_root() else {}
    with tempfile.TemporaryDirectory(prefix="accountlens-pg-", ignore_cleanup_errors=True) as folder:
        home, words = Path(folder), Path(folder, "password")
        words.write_text(PASSWORD, encoding="utf-8")
        if who:
            shutil.chown(home, "postgres", "postgres")
            shutil.chown(words, "postgres", "postgres")
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home, **who}
        make = [bin_ / "initdb", "-D", home / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", words]
        subprocess.run([*make, "-E", "UTF8", "--locale=C", "--no-sync"], check=True, **quiet)
        port = free_port()
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}"]
        options += ["fsync=off", "shared_buffers=16MB", "max_wal_size=64MB", "autovacuum=off"]
        words_of = [part for option in options for part in ("-c", option)]
        server = subprocess.Popen([bin_ / "postgres", "-D", home / "data", *words_of], **quiet)
        try:
            _wait(server, port)
            yield Server(port, server.pid)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once, without writing what nobody will read
            server.wait(timeout=START_SECONDS)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.2)  # it listens a moment before it answers
                return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")


if __name__ == "__main__":
    sys.exit(install() if sys.argv[1:] == ["install"] else __doc__)
