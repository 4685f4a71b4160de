"""What a rule is: a condition, whom it is about, who is told, what would prove it right. Data, checked when read."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from accountlens.targets.target import KINDS


def _is_text(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a sign that is no text")
    return text


Words = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_is_text)]
Sentence = Annotated[str, Field(max_length=1_000), AfterValidator(_is_text)]
Grain = Literal["day", "week", "month", "quarter"]
Direction = Literal["falls", "rises", "either"]
Severity = Literal["high", "medium", "low"]
COMPANY, ACCOUNT = "company", "account"
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _is_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"'{text}' is no name of a rule; write small letters, digits and _, as cooling_off")
    return text


RuleName = Annotated[str, AfterValidator(_is_name)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfKpi(Strict):
    """What conditions on a KPI share. It is looked at over whole periods, the last one that is over."""

    kpi: Words = Field(description="A KPI, with options where wanted: win_rate(basis=value).")
    per: Grain = Field("month", description="Over which periods it is looked at; the last whole one counts.")
    least_n: int | None = Field(None, ge=1, description="Held back below so many cases; else the KPI's own flag.")


class Threshold(OfKpi):
    """The KPI stands below or above a number, with its whole interval where it has one."""

    kind: Literal["threshold"]
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _has_one_side(self) -> Threshold:
        if (self.below is None) == (self.above is None):
            raise ValueError("write either below or above")
        return self


class Change(OfKpi):
    """The KPI differs from an earlier period by so much, and by more than noise."""

    kind: Literal["change"]
    against: Literal["previous", "year-ago"] = "previous"
    direction: Direction = "falls"
    by: float = Field(gt=0, description="In the KPI's unit; with relative, a share of the earlier value.")
    relative: bool = False


class Baseline(OfKpi):
    """The KPI is far from its own past: so many times the usual deviation (MAD) from the median of earlier periods."""

    kind: Literal["baseline"]
    direction: Direction = "falls"
    periods: int = Field(12, ge=3, le=60, description="So many periods before make the past.")
    least: int = Field(6, ge=3, le=60, description="Held back where fewer of them are known.")
    times: float = Field(3.5, gt=0, description="Median deviations (modified z-score) from which it is told.")
    by: float = Field(0, ge=0, description="And at least by so much, in the KPI's unit.")

    @model_validator(mode="after")
    def _has_room(self) -> Baseline:
        if self.least > self.periods:
            raise ValueError("least is more than periods")
        return self


class NoTouch(Strict):
    """Nobody was in touch with people of these buying roles for so many days."""

    kind: Literal["no_touch"]
    days: int = Field(ge=1, le=3_650)
    roles: tuple[Words, ...] = Field((), description="Buying roles, each on its own; none: anybody of the account.")


class RenewalDue(Strict):
    """A contract ends within so many days, is not decided, and the account's health is below a number."""

    kind: Literal["renewal"]
    within_days: int = Field(90, ge=1, le=730)
    health_below: float | None = Field(60, description="None: whatever its health.")


class ChampionLeft(Strict):
    """A champion is gone: mail to him bounces for good, or he is no champion of the account any more."""

    kind: Literal["champion_left"]
    days: int = Field(30, ge=1, le=365, description="Within so many days.")


class Pacing(Strict):
    """A target is behind what usually stands by now, and by more than its past periods differ in that."""

    kind: Literal["pacing"]
    kpi: Words | None = Field(None, description="Targets of this KPI; None: of all.")


class DataLate(Strict):
    """A source could not be read, or rows of an entity stay away for longer than is usual for it."""

    kind: Literal["data_late"]


Condition: TypeAlias = Annotated[
    Threshold | Change | Baseline | Pacing | NoTouch | RenewalDue | ChampionLeft | DataLate, Field(discriminator="kind")
]


class Outcome(Strict):
    """What would prove an alert right, within so many days after it."""

    what: Literal["churn", "lost_renewal", "contraction", "expansion", "won"]
    within_days: int = Field(90, ge=1, le=730)


def _is_route(text: str) -> str:
    if text in ("owner", "manager") or re.fullmatch(r"user:[^@\s]+@[^@\s]+", text):
        return text
    raise ValueError(f"'{text}' is nobody to tell; write owner, manager or user:EMAIL")


class Rule(Strict):
    """One rule. `each`: whom it looks at, one by one: account, company, or a dimension such as owner_id or tier."""

    label: Words
    about: Sentence = ""
    goal: Sentence = Field("", description="The business goal it serves: stability, expansion ...")
    severity: Severity = Field("medium", description="How much is at stake: by it alerts are filtered and told apart.")
    when: Condition
    each: Words = ACCOUNT
    scope: Literal["all", "target", "control", "non_target", "customers"] = "all"
    where: Sentence | None = Field(None, description="A filter over dimensions: tier = 'A'.")
    route: Annotated[str, AfterValidator(_is_route)] = Field(
        "owner", description="Who is told: owner, manager (the owner's), user:EMAIL."
    )
    cooldown_days: int = Field(14, ge=0, le=365, description="So long after it was raised it is not raised again.")
    outcome: Outcome | None = None
    next_step: Sentence | None = Field(None, description="In place of what the playbook says.")

    @model_validator(mode="after")
    def _fits_together(self) -> Rule:
        if isinstance(self.when, Pacing) and self.each not in KINDS:
            raise ValueError(f"each of a target is {', '.join(KINDS)}; '{self.each}' is none of them")
        if not isinstance(self.when, OfKpi | Pacing) and self.each != ACCOUNT:
            raise ValueError(f"a rule of the kind {self.when.kind} looks at each account; leave each out")
        if isinstance(self.when, DataLate | Pacing) and (self.where or self.scope != "all"):
            raise ValueError(f"a rule of the kind {self.when.kind} looks at all there is; leave where and scope out")
        if self.outcome and self.each != ACCOUNT:
            raise ValueError("outcomes are those of accounts; leave outcome out, or look at each account")
        return self

    @property
    def kpi(self) -> str | None:
        """The KPI it is about."""
        if isinstance(self.when, OfKpi | Pacing):
            return self.when.kpi
        return "health_score" if isinstance(self.when, RenewalDue) and self.when.health_below is not None else None

    def document(self) -> dict[str, Any]:
        """As it is written, without what is left at its default."""
        told: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        return told | {"when": {"kind": self.when.kind, **told["when"]}}
