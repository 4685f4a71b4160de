"""Doing something again and again while a server runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from accountlens.errors import AccountlensError


@contextmanager
def repeating(
    do: Callable[[], object],
    seconds: float,
    tell: Callable[[AccountlensError], None],
    name: str,
    sooner: threading.Event | None = None,
) -> Iterator[None]:
    """Do it every so many seconds while the block lasts, in a thread of that name; at once when `sooner` is set.

    `tell` hears of a fault once, until it is another one or gone.
    """
    over, woken = threading.Event(), sooner or threading.Event()

    def work() -> None:
        told = ""
        while not over.is_set():
            try:
                do()
                told = ""
            except AccountlensError as error:
                if str(error) != told:
                    tell(error)
                told = str(error)
            woken.wait(seconds)
            woken.clear()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        woken.set()
        thread.join(seconds)
