"""What the settings say of what happens by itself: when sources are read, what is sent, told and written back."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from accountlens.catalog.strict import Strict
from accountlens.language.recurrence import parse_recurrence
from accountlens.language.schedule import LEAST, Schedule, parse_span


def schedule_of(every: str | None, at: list[str] | str | None) -> Schedule | None:
    """A schedule as it is written; ValueError where it is none."""
    if every is not None and at is not None:
        raise ValueError("both every and at are given; one of them is enough")
    if every is not None:
        span = parse_span(every)
        if span < LEAST:
            raise ValueError(f"every {every} is too often; a minute is the least")
        return Schedule(every=span)
    times = [at] if isinstance(at, str) else at or []
    return Schedule(at=tuple(map(parse_recurrence, times))) if times else None


class When(Strict):
    """How often, or when on the workspace's calendar: at times of day, on weekdays, or by cron words."""

    every: str | None = Field(None, description="30m, 1h, 1d.")
    at: list[str] | str | None = Field(None, description='"06:00", every Monday 06:00, or cron words.')

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if schedule_of(self.every, self.at) is None:
            raise ValueError('write every: 1h, or at: "06:00"')
        return self


def _as_when(given: Any) -> Any:
    """`1h` is `{every: 1h}`."""
    return {"every": given} if isinstance(given, str) else given


class ChannelSettings(BaseModel):
    """A way to send. The kind that `type` names reads and checks all other keys (`delivery/channels`)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(description="The kind of channel: smtp, slack, teams, webhook, folder ...")


def naming_a_secret(text: str | None) -> str | None:
    """A check for keys that hold a secret: it is named, never written."""
    if text is not None and not re.search(r"\$\{[^}]+\}", text):
        raise ValueError("a secret is named here, not written: ${A_NAME}, which stands in the environment")
    return text


class Delivery(Strict):
    """How reviews and alerts are sent. What is sent to whom, and when, is kept by `accountlens deliveries`."""

    channels: dict[str, ChannelSettings] = Field(default_factory=dict, description="name: {type: smtp, ...}")
    grace: str = Field(
        default="12h", description="What could not be sent for so long is skipped, and told: 90m, 12h, 1d."
    )

    @field_validator("grace")
    @classmethod
    def _is_a_span(cls, grace: str) -> str:
        parse_span(grace)
        return grace


class Schedules(Strict):
    """What is done by itself, by `accountlens serve` while it runs, or by `accountlens run-due` from cron."""

    refresh: Annotated[When | None, BeforeValidator(_as_when, json_schema_input_type=str | When | None)] = Field(
        default=None,
        description="When sources without a schedule of their own are read: 1h, or {at: ['06:00', '18:00']}.",
    )


class AlertSettings(Strict):
    """When nobody is told of alerts, by the workspace's clock."""

    quiet_hours: str | None = Field(default=None, description='From when until when, as "20:00-07:00".')
    quiet_days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default_factory=list, description="On which days."
    )

    @model_validator(mode="after")
    def _are_times(self) -> Self:
        _ = self.quiet
        return self

    @property
    def quiet(self) -> tuple[time, time] | None:
        """From and until; ValueError where it is none."""
        if self.quiet_hours is None:
            return None
        start, sign, end = self.quiet_hours.partition("-")
        if not sign:
            raise ValueError(f"'{self.quiet_hours}' are no hours; write them like 20:00-07:00")
        return _time_of_day(start.strip()), _time_of_day(end.strip())


def _time_of_day(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no time of day; write one like 06:00") from None


class PushSettings(Strict):
    """Rows about accounts that are written back to where others work, by `accountlens push` and by schedule."""

    to: str = Field(description="FILE.csv from the workspace's folder on, or URL#table of a database.")
    columns: dict[str, str] = Field(
        min_length=1, description="column there: an attribute of accounts, a KPI as it is asked, or next_step"
    )
    key: str = Field("account_id", description="The attribute by which rows go there; else the id of the source.")
    where: str | None = Field(None, description="Which accounts: \"tier = 'A'\".")
    list_: str | None = Field(None, alias="list", description="Only those on this list now.")
    period: str = Field("last-90-days", description="Of KPIs.")
    at: str | None = Field(None, description="When serve and run-due push it: every day 06:30; cron words.")

    @field_validator("at")
    @classmethod
    def _is_a_schedule(cls, at: str | None) -> str | None:
        if at is not None:
            parse_recurrence(at)
        return at

    @field_validator("columns")
    @classmethod
    def _are_plain(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns:
            if not re.fullmatch(r"[A-Za-z_]\w{0,62}", name) or name.lower() == "pushed_at":
                raise ValueError(f"'{name}' is no name of a column there; write letters, digits and _")
        return columns

    @model_validator(mode="after")
    def _key_is_none_of_them(self) -> Self:
        if self.key in self.columns:
            raise ValueError(f"'{self.key}' is the key, so it is there already")
        return self
