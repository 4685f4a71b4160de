"""`accountlens serve`: the workspace in the browser, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from urllib.parse import urlencode

from rich.text import Text

from accountlens.surfaces.cli import messages

LOOPBACK = "127.0.0.1"
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def serve(
    folder: Path, host: str, port: int | None, browser: bool, proxies: Sequence[str] = (), *, refreshes: bool = True
) -> None:
    """Print the address, open it where there is a screen, answer until interrupted; refresh what is due, send what is.

    What a request says of whom it was passed on for is believed of these proxies alone: addresses, or networks.
    """
    from accountlens.delivery.service import delivering
    from accountlens.people.links import setup_link
    from accountlens.push.service import pushing
    from accountlens.surfaces.web.ahead import keeping_ahead
    from accountlens.surfaces.web.app import create_app
    from accountlens.surfaces.web.releasing import keeping_small
    from accountlens.surfaces.web.scheduling import on_schedule
    from accountlens.surfaces.web.serving import address, known_proxies, listen
    from accountlens.surfaces.web.serving import serve as answer
    from accountlens.workspace import Workspace

    proxies = known_proxies(proxies)
    workspace = Workspace(folder)  # what is wrong with the settings is told here, not to the first reader
    link = setup_link(workspace.store)
    opened = listen(host, port)
    where = address(opened)
    first = f"{where}{link.path if link else ''}"

    def ready() -> None:
        messages.show(Text.assemble("Serving at ", (where, "bold cyan"), ("  (Ctrl-C ends it)", "dim")))
        if link:
            about = "  (works once, for 24 hours)"
            messages.show(Text.assemble("Choose your password at ", (first, "bold cyan"), (about, "dim")))
        sys.stdout.flush()
        if browser and has_screen():
            webbrowser.open(first)

    app = create_app(folder)
    schedule = on_schedule(app.state.server.refreshing, messages.fail) if refreshes else nullcontext()
    sends, pushes = delivering(folder, messages.fail), pushing(folder, messages.fail)
    ahead = keeping_ahead(app.state.server.hall)
    with suppress(KeyboardInterrupt), sends, pushes, schedule, ahead, keeping_small():
        answer(app, opened, ready, proxies)


def try_out(folder: Path, kpis: Sequence[str]) -> str:
    """Serve for a moment, ask for health and an overview as a browser would; the address it was at.

    Nobody else is answered meanwhile: the one who asks shows a secret made for it.
    """
    from accountlens.surfaces.web.app import create_app
    from accountlens.surfaces.web.serving import listen, look, only_with, serving

    viewer_of, headers = only_with()
    with serving(create_app(folder, viewer_of=viewer_of), listen(LOOPBACK, None)) as where:
        look(where, "/api/v1/health")
        asked = urlencode({"kpis": ",".join(kpis), "period": "last-12-months", "grain": "month", "compare": "previous"})
        look(where, f"/api/v1/query?{asked}", headers)
    return where


def has_screen() -> bool:
    """Whether a browser can be shown to somebody."""
    if os.environ.get("SSH_CONNECTION") or not messages.is_terminal(sys.stdout):
        return False
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in SCREENS)
