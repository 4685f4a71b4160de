"""nginx and Caddy before `serve`, by the files of deploy/: no more is changed than ports and where the certificate lies."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import trustme

NAME = "kpis.acme.example"
DEPLOY = Path(__file__).parents[2] / "deploy"


def program(proxy: str) -> str | None:
    return shutil.which(proxy) or shutil.which(proxy, path="/usr/sbin:/usr/local/sbin")


@contextmanager
def standing(proxy: str, folder: Path, authority: trustme.CA, port: int, behind: int) -> Iterator[None]:
    """The proxy on a port, with a certificate of the authority; behind it, another port."""
    issued = authority.issue_cert(NAME)
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    for part in issued.cert_chain_pems:
        part.write_to_path(str(folder / "cert.pem"), append=True)
    command = {"nginx": _nginx, "caddy": _caddy}[proxy](folder, port, behind)
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **homes}) as process:
        try:
            wait_for_port(port, process)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _nginx(folder: Path, port: int, behind: int) -> list[str]:
    server = _written("nginx.conf", {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "127.0.0.1:8642": f"127.0.0.1:{behind}",
        f"/etc/ssl/{NAME}.pem": str(folder / "cert.pem"),
        f"/etc/ssl/{NAME}.key": str(folder / "key.pem"),
    })  # fmt: skip
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in places)
    own = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{own}daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}\n{server}\n}}\n",
        encoding="utf-8",
    )
    return [str(program("nginx")), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def _caddy(folder: Path, port: int, behind: int) -> list[str]:
    """Its certificate is ours here: the authority that it asks by itself is out in the world."""
    ours = f"\n    bind 127.0.0.1\n    tls {folder / 'cert.pem'} {folder / 'key.pem'}"
    server = _written("Caddyfile", {
        f"{NAME} {{": f"{NAME}:{port} {{{ours}",
        "127.0.0.1:8642": f"127.0.0.1:{behind}",
    })  # fmt: skip
    file = folder / "Caddyfile"
    file.write_text(f"{{\n    admin off\n    auto_https disable_redirects\n}}\n{server}", encoding="utf-8")
    return [str(program("caddy")), "run", "--config", str(file), "--adapter", "caddyfile"]


def _written(file: str, changes: Mapping[str, str]) -> str:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    for written, here in changes.items():
        assert written in text
        text = text.replace(written, here)
    return text


def wait_for_port(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(300):
        assert process.poll() is None, process.stderr and process.stderr.read()
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the proxy does not listen")


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
