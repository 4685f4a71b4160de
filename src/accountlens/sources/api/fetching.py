"""A fetch: every stream of a system from where it stopped, page by page, and at the end all at once into what lands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError
from accountlens.sources.api.keeping import Kept, opened
from accountlens.sources.api.system import ApiSettings, Page, Stream, System
from accountlens.sources.kept import Fetched
from accountlens.sources.secrets import Secrets

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Reading = Callable[[str, int, int], None]


def bring(
    system: System, name: str, source: ApiSettings, folder: Path, file: Path, progress: Reading | None = None
) -> Fetched:
    """Bring a source's changes into its kept file; `AccountlensError` where the API gives no more, with what to do."""
    where, secrets = f"source '{name}'", Secrets(folder)
    try:
        from accountlens.sources.api.client import Client
    except ImportError as error:
        what = f"{system.title} is read by dlt, which is missing here ({error.name})."
        raise AccountlensError(what, where, "pip install 'accountlens[apis]'") from None
    tell = progress or (lambda what, done, total: None)
    connection = system.connect(source, lambda text: secrets.fill(text, where))
    if not connection.url.startswith(("https://", "http://")):  # a secret may hold the whole address
        raise AccountlensError("The address must begin with https://.", f"{where}, url")
    client = Client(system, connection, source, secrets, where)
    with opened(file, where) as kept:
        streams = list(system.streams(client, source))
        for done, stream in enumerate(streams):
            if not kept.is_through(stream.table):
                _follow(client, kept, stream, partial(_tell, tell, done, len(streams)))
        tell("", len(streams), len(streams))
        count, notes = kept.settle(streams)
    return Fetched(count, tuple(notes))


def _follow(client: Client, kept: Kept, stream: Stream, tell: Callable[[str], None]) -> None:
    """Every page of one stream, then what went without a word, where the numbers tell that something did."""
    count = 0
    tell(stream.table)
    for page in stream.pages(client, kept.position(stream.table)):
        kept.collect(stream, page)
        count += len(page.records)
        tell(f"{stream.table}, {count:,} records")
    if stream.count and stream.keys and kept.alive(stream) != stream.count(client):
        position = kept.position(stream.table)
        for keys in stream.keys(client):
            kept.collect(stream, Page((), position, alive=keys))
        kept.collect(stream, Page((), position, whole=True))
    kept.through(stream)


def _tell(progress: Reading, done: int, total: int, what: str) -> None:
    progress(what, done, total)
