"""What a request may ask, field by field: one model for the address of a GET and the body of a POST."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from accountlens.engine.where import accounts_in
from accountlens.errors import AccountlensError
from accountlens.language.asked import split_apart
from accountlens.language.instants import parse_instant
from accountlens.surfaces.web.place import Hall, Place

NO_TEXT = re.compile("[\x00\ud800-\udfff]")
LONGEST = 4_000  # signs of a text
LONGEST_LIST = 64_000  # of a condition that lists accounts, some thousand


def clean(text: str) -> str:
    if NO_TEXT.search(text):
        raise ValueError("holds a sign that is no text")
    return text


def _listing_if_long(text: str) -> str:
    if len(text) > LONGEST and accounts_in(text) is None:
        raise ValueError(f"more than {LONGEST} signs are taken of a list of accounts alone: account_id in ('A1', 'A2')")
    return text


def _apart(value: Any) -> Any:
    """`a,b` and `a&…=b` are the same; commas within brackets and quotes part nothing."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return value
    return [part.strip() for text in texts for part in split_apart(text, ",")]


Text = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(clean)]
Filter = Annotated[
    str, Field(min_length=1, max_length=LONGEST_LIST), AfterValidator(clean), AfterValidator(_listing_if_long)
]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
Texts = Annotated[list[Text], BeforeValidator(_apart)]
Period = Annotated[Name | None, Field(description="2026-05, 2026-Q2, 2026-01..2026-06, last-90-days …")]
Snapshot = Annotated[Name | None, Field(description="An older state of the data: its id, or how it begins.")]
On = Annotated[
    Literal["store", "warehouse"], Field(description="`warehouse`: answered where single rows of large tables lie.")
]
Scope = Literal["all", "target", "control", "non_target", "customers"]
Grain = Literal["day", "week", "month", "quarter", "year", "total"]


class Strict(BaseModel):
    """Names that are not known are refused, with what is known."""

    model_config = ConfigDict(extra="forbid")


class Circumstances(Strict):
    """What every question about KPIs may say beside the KPIs."""

    period: Period = None
    where: Annotated[
        Filter | None, Field(description="A filter over dimensions: tier = 'A' and region in ('EMEA').")
    ] = None
    scope: Scope = "all"
    as_of: Annotated[
        Name | None, Field(description="What was known then: an instant, or `end`: at each period's own end.")
    ] = None
    profile: Annotated[Name | None, Field(description="A named set of definitions.")] = None
    snapshot: Snapshot = None
    history: Annotated[
        Literal["as-was", "as-is"], Field(description="Attributes as they were then, or as they are now.")
    ] = "as-was"
    as_known_at: Annotated[Name | None, Field(description="As it was answered then, from what was loaded by then.")] = (
        None
    )

    on: On = "store"

    def circumstances(self, place: Place) -> dict[str, Any]:
        """These as `Workspace.ask` and `explain` take them."""
        zone = place.workspace.house.time_zone
        return {
            "period": self.period,
            "where": self.where,
            "scope": self.scope,
            "as_of": "end" if self.as_of == "end" else instant(self.as_of, zone),
            "profile": self.profile,
            "history": self.history,
        }

    def chosen(self, hall: Hall) -> str | None:
        """The snapshot it is about, where that is not the current one."""
        if self.as_known_at is None:
            return self.snapshot
        if self.snapshot is not None:
            raise AccountlensError("Both a snapshot and a time it was known at are asked.", mend="Ask one of them.")
        known = instant(self.as_known_at, hall.workspace.house.time_zone)
        assert known is not None
        return hall.workspace.store.known_at(known).id


class Question(Circumstances):
    """KPIs asked together, as `Workspace.ask` has them."""

    kpis: Annotated[Texts, Field(min_length=1, description="Names, also with options: win_rate(basis=value).")]
    by: Annotated[Texts, Field(max_length=8, description="Dimensions to split by: tier, account_id …")] = []
    grain: Grain = "total"
    compare: Annotated[
        Texts, Field(max_length=8, description="previous, year-ago, target, profile:NAME; each beside every value.")
    ] = []
    totals: Literal["grand", "all", "none"] = "grand"
    only_values: Annotated[
        bool, Field(description="Without samples, intervals, flags, and parts a value does not consist of: cheaper.")
    ] = False
    components: Annotated[bool, Field(description="Of what changes are made, also where it has to be asked apart.")] = (
        False
    )
    top: Annotated[int | None, Field(ge=1, le=10_000, description="Only so many groups: those that lead.")] = None
    top_by: Annotated[Literal["value", "change"], Field(description="By which they lead.")] = "value"
    top_kpi: Annotated[Name | None, Field(description="By whose; else the first.")] = None
    lowest: Annotated[bool, Field(description="Those that come last in place of those that lead.")] = False


def instant(text: str | None, zone: str) -> datetime | None:
    """A day or an instant as UTC without zone, read in the workspace's time zone."""
    try:
        return None if text is None else parse_instant(text, zone)
    except OverflowError:
        raise AccountlensError(f"'{text}' is no date or time.", mend="Write 2026-06-30 or 2026-06-30T12:00.") from None
