"""Which channels there are: each is a file of `delivery/channels`, or another package's module.

Where things go stands in `accountlens.yaml` alone, so nobody in a browser can make the server call an address of his.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from accountlens.catalog.document import Document
from accountlens.catalog.habits import ChannelSettings
from accountlens.catalog.settings import FILE_NAME
from accountlens.catalog.settings import Settings as WorkspaceSettings
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.delivery import channels
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.errors import AccountlensError, Problem, ProblemsError, suggest
from accountlens.sources.secrets import Secrets

GROUP = "accountlens.channels"
HandingOver = Callable[[], None]  # said before the first step after which it may have arrived


class NotSentError(AccountlensError):
    """It surely did not arrive. `lasting`: nor will it; `wait`: not before so long."""

    def __init__(self, what: str, *, lasting: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(what)
        self.lasting, self.wait = lasting, wait


class UnknownError(AccountlensError):
    """It may have arrived, or not."""


class Kind(Protocol):
    """What the module of a channel holds."""

    Settings: type[ChannelSettings]
    EXAMPLE: str  # as it may stand below delivery: {channels: ...}; its name for a secret, never one
    ADDRESSED: bool  # each recipient has an e-mail; else the channel leads to one place
    ONCE: bool  # at most once; else at least once, each time with the same id
    WAITS: tuple[timedelta, ...]  # before it is tried again, one after another; then it is given up

    def send(
        self, settings: ChannelSettings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver
    ) -> str:
        """Send it; what the receiver said. `NotSentError`, `UnknownError` else."""
        ...


@dataclass(frozen=True)
class Channel:
    """A channel of this workspace, by its name in the settings."""

    name: str
    settings: ChannelSettings
    kind: Kind


def kind_names() -> list[str]:
    """Every kind that `type` may name."""
    own = [module.name for module in pkgutil.iter_modules(channels.__path__)]
    return own + sorted({point.name for point in entry_points(group=GROUP)} - set(own))


def find_kind(name: str) -> Kind | None:
    if name in {module.name for module in pkgutil.iter_modules(channels.__path__)}:
        return cast(Kind, importlib.import_module(f"{channels.__name__}.{name}"))
    return next((cast(Kind, point.load()) for point in entry_points(group=GROUP, name=name)), None)


def read_channels(folder: Path, settings: WorkspaceSettings) -> dict[str, Channel]:
    """Every channel as its kind understands it; `ProblemsError` with all that is wrong, with lines."""
    path = folder / FILE_NAME
    lines = read_yaml_file(path, FILE_NAME)[0] if path.is_file() else Document(FILE_NAME, None)
    found: dict[str, Channel] = {}
    problems: list[Problem] = []
    for name, given in settings.delivery.channels.items():
        document = lines.below(("delivery", "channels", name), given.model_dump(exclude_unset=True, by_alias=True))
        kind = find_kind(given.type)
        if kind is None:
            what = f"There is no kind of channel '{given.type}' ({', '.join(kind_names())})."
            problems.append(document.problem(("type",), what, suggest(given.type, kind_names())))
            continue
        own, wrong = validate(document, kind.Settings)
        problems += wrong
        if own is not None:
            found[name] = Channel(name, own, kind)
    if problems:
        raise ProblemsError(problems)
    return found


def require_channel(channels: dict[str, Channel], name: str) -> Channel:
    """The channel of that name; `AccountlensError` where there is none."""
    if name not in channels:
        mend = suggest(name, channels) or (
            f"There are: {', '.join(channels)}." if channels else "Write one under delivery: {channels: ...}."
        )
        raise AccountlensError(f"There is no channel '{name}'.", FILE_NAME, mend)
    return channels[name]
