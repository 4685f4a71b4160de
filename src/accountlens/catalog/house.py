"""What every question needs to know of a workspace's settings, kept between runs for settings that did not change."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.cache import keep, kept, stamps
from accountlens.catalog.cache import BUILT_IN

if TYPE_CHECKING:  # what reads and checks settings takes longer to load than a question to answer
    from accountlens.catalog.settings import Settings

FILE_NAME = "accountlens.yaml"
# settings that no definition reads
NOT_READ = {"sources", "entities", "snapshots", "schedules", "access", "delivery", "figures", "alerts", "push"}


@dataclass(frozen=True)
class House:
    """The calendar and the currency of a workspace; `read` is a digest of the settings that definitions read."""

    time_zone: str
    currency: str
    fiscal_year_starts: int
    read: str


def house_of(settings: Settings) -> House:
    text = settings.model_dump_json(by_alias=True, exclude=NOT_READ)
    read = hashlib.sha256(text.encode()).hexdigest()
    return House(settings.time_zone, settings.currency, settings.fiscal_year_starts, read)


def known_house(folder: Path) -> House:
    """From the cache where these very settings were read before, else read and checked; `ProblemsError` as then."""
    try:
        text = (folder / FILE_NAME).read_bytes()
    except OSError:
        text = b""
    code = "\n".join(stamps(BUILT_IN.parent.glob(pattern) for pattern in ("catalog/*.py", "language/*.py")))
    name = hashlib.sha256(code.encode() + b"\n" + text).hexdigest()[:32]
    with suppress(ValueError, TypeError):
        if found := kept("settings", name):
            return House(**json.loads(found))
    from accountlens.catalog.settings import load_settings

    house = house_of(load_settings(folder))
    keep("settings", name, json.dumps(asdict(house)).encode())
    return house
