"""Which kinds of content there are: each is a file of `delivery/makers`, or another package's module."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

from pydantic import BaseModel, ValidationError

from accountlens.delivery import makers
from accountlens.delivery.parcel import Parcel
from accountlens.errors import AccountlensError, suggest
from accountlens.people.viewer import Viewer
from accountlens.workspace.asking import Asking

GROUP = "accountlens.makers"


@dataclass(frozen=True)
class Occasion:
    """What a parcel is made for: the workspace as its readers see it, and when it was due (UTC without zone).

    `viewer` is whose sight it is; None where it is for everybody who reads the channel, of all accounts. `to` is the
    recipient's key, where the content is his own.
    """

    workspace: Asking
    viewer: Viewer | None
    audience: str  # in words
    name: str
    due_at: datetime
    to: str = ""


class Maker(Protocol):
    """What the module of a kind holds."""

    ABOUT: str  # in a few words
    PERSONAL: bool  # made for each recipient, not once for all who see the same
    Options: type[BaseModel]

    def check(self, workspace: Asking, options: Any) -> None:
        """`AccountlensError` where it could not be made."""
        ...

    def make(self, occasion: Occasion, options: Any) -> Parcel | None:
        """The parcel; None where there is nothing to tell, so that nothing is sent."""
        ...


def kinds() -> list[str]:
    """Every kind of content, by name."""
    own = [module.name for module in pkgutil.iter_modules(makers.__path__)]
    return own + sorted({point.name for point in entry_points(group=GROUP)} - set(own))


def maker(kind: str) -> Maker:
    """The maker of a kind; `AccountlensError` where there is none."""
    if kind in {module.name for module in pkgutil.iter_modules(makers.__path__)}:
        return cast(Maker, importlib.import_module(f"{makers.__name__}.{kind}"))
    for point in entry_points(group=GROUP, name=kind):
        return cast(Maker, point.load())
    mend = suggest(kind, kinds()) or f"There are: {', '.join(kinds())}."
    raise AccountlensError(f"Nothing of the kind '{kind}' can be sent.", mend=mend)


def options_of(kind: str, given: Mapping[str, Any]) -> Any:
    """The options of a kind, read; `AccountlensError` tells what is wrong with them."""
    try:
        return maker(kind).Options.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        known = list(maker(kind).Options.model_fields)
        if first["type"] == "extra_forbidden":
            mend = suggest(key, known) or f"There are: {', '.join(known)}."
            raise AccountlensError(f"'{key}' is no option of '{kind}'.", mend=mend) from None
        what = "it is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        raise AccountlensError(f"The option '{key}' of '{kind}': {what}.") from None
