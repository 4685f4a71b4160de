"""A folder: for an archive, a share, or another program that takes files up."""

from __future__ import annotations

import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from accountlens.catalog.habits import ChannelSettings
from accountlens.delivery.channel import HandingOver, NotSentError
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.sources.secrets import Secrets

ADDRESSED = ONCE = False
EXAMPLE = "archive: {type: folder, path: sent}"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))


class Settings(ChannelSettings):
    """A folder; each sending is a folder within it."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["folder"] = "folder"
    path: str = Field(description="Where, from the workspace's folder on; made where it is missing.")


def send(settings: Settings, parcel: Parcel, envelope: Envelope, secrets: Secrets, handing: HandingOver) -> str:
    """Write it; where it lies. It appears whole or not at all, and sent again it takes its own place."""
    place = secrets.folder / settings.path / name_of(envelope)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    handing()
    try:
        beside.mkdir(parents=True)
        (beside / "index.html").write_text(parcel.html, encoding="utf-8")
        (beside / "text.txt").write_text(f"{parcel.subject}\n\n{parcel.text}", encoding="utf-8")
        for number, one in enumerate(parcel.attachments, start=1):
            (beside / (plain(one.name) or f"file-{number}")).write_bytes(one.content)
        if place.exists():
            shutil.rmtree(place)
        beside.replace(place)
    except OSError as error:
        raise NotSentError(f"It cannot be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return str(Path(settings.path, place.name))


def name_of(envelope: Envelope) -> str:
    """`2026-11-23-0730-weekly-review-3f2a…`: by when it was due (UTC), the same each time."""
    return f"{envelope.due_at:%Y-%m-%d-%H%M}-{plain(envelope.name) or 'delivery'}-{envelope.id[-12:]}"


def plain(name: str) -> str:
    """A name that every file system takes, and that leads nowhere else."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80]
