"""`accountlens.yaml`: what a workspace can say about itself. Unknown keys are errors with a suggestion."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from accountlens.catalog.definition import DefinitionSet
from accountlens.catalog.document import Document
from accountlens.catalog.habits import AlertSettings, Delivery, PushSettings, Schedules, schedule_of
from accountlens.catalog.house import FILE_NAME as FILE_NAME
from accountlens.catalog.strict import Strict
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.language.periods import parse_range
from accountlens.language.schedule import Schedule


def _that_exists(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"'{zone}' is no time zone; write one like Europe/Berlin") from error
    return zone


TimeZone = Annotated[str, AfterValidator(_that_exists)]


RESERVED = "Reserved: accepted, and read by nothing yet."


class SourceSettings(BaseModel):
    """Where records come from. The kind that `type` names reads and checks all other keys (`sources/kinds`)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field("files", description="The kind of source: files, sqlite, duckdb, postgres ...")
    every: str | None = Field(None, description="How often it is read by serve and run-due: 30m, 1h, 1d.")
    at: list[str] | str | None = Field(None, description='When instead: "06:00", every Monday 06:00, or cron words.')
    mode: Literal["whole"] = Field("whole", description="What a reloaded table means: the whole table.")

    local: ClassVar[bool] = False  # it lies on this machine, and is read where it stands

    @model_validator(mode="after")
    def _has_one_schedule(self) -> Self:
        schedule_of(self.every, self.at)
        return self

    @property
    def schedule(self) -> Schedule | None:
        """Its own; where it has none, that of the workspace counts."""
        return schedule_of(self.every, self.at)

    @property
    def keeps(self) -> bool:
        """Whether what is fetched is kept in the store, to be landed from there."""
        return not self.local

    @property
    def identity(self) -> dict[str, Any]:
        """What decides which rows are fetched: where it changes, all are fetched anew."""
        return self.model_dump(mode="json", by_alias=True, exclude={"every", "at"})


class EntitySettings(Strict):
    """A column map for an entity; for more than renaming, write `entities/<entity>.sql` instead."""

    source: str = Field(alias="from", description="The source table, as `source.table`.")
    columns: dict[str, str] = Field(default_factory=dict, description="entity column: source column")


class Profile(Strict):
    """A whole set of definitions, as a tool or a document has them. Built-in ones: `catalog/profiles/*.yaml`."""

    about: str = Field("", description="What it is for, in a sentence.")
    kpis: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Option values by KPI; `kpi: name` takes another KPI in its place."
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="Values for parameters of facts, of all that have them."
    )
    sources: list[str] = Field(default_factory=list, description="Where its definitions are from.")

    def plain(self) -> DefinitionSet:
        return DefinitionSet(self.about, self.kpis, self.parameters, self.sources)


class Retention(Strict):
    """Which snapshots are kept after a refresh. One goes when neither rule keeps it; the newest never goes."""

    keep: int | None = Field(default=None, ge=1, description="The newest so many.")
    days: int | None = Field(default=None, ge=1, description="Those published within so many days.")

    @property
    def limits(self) -> bool:
        """Whether any snapshot is to go."""
        return self.keep is not None or self.days is not None


ASKED_BY_PAGES = ("last-3-months", "last-90-days")  # of each account, before somebody chooses a period


class Figures(Strict):
    """Which figures a refresh keeps, so that pages answer in milliseconds: so many periods of each grain, and the
    running one; of every account, and of the groups of each dimension of `by`, with totals."""

    months: int = Field(24, ge=0, le=120, description="Whole months before the running one.")
    quarters: int = Field(4, ge=0, le=40, description="Likewise quarters.")
    years: int = Field(1, ge=0, le=10, description="Likewise years.")
    weeks: int = Field(0, ge=0, le=260, description="Likewise weeks.")
    also: list[str] = Field(
        ["last-3-months", "last-12-months"], description="Other periods, as they are asked; each as a whole."
    )
    by: list[str] = Field(["tier"], description="Dimensions besides the accounts.")

    @field_validator("also")
    @classmethod
    def _are_periods(cls, also: list[str]) -> list[str]:
        for text in also:
            try:
                parse_range(text, date.today())
            except AccountlensError as error:
                raise ValueError(f"{error.what} {error.mend or ''}".strip()) from error
        return also

    @model_validator(mode="after")
    def _has_a_period(self) -> Self:
        if not self.periods and not self.also:
            raise ValueError("no period is kept; name some months, or leave figures out")
        return self

    @property
    def periods(self) -> tuple[tuple[str, int], ...]:
        """How many periods by grain; a grain of none is left out."""
        counts = {"month": self.months, "quarter": self.quarters, "year": self.years, "week": self.weeks}
        return tuple((grain, count) for grain, count in counts.items() if count)


class Warehouse(Strict):
    """Where raw tables lie that are too many rows to be read here; what is made of them is made there."""

    url: str = Field(description="postgresql://..., spark://... or sc://...; secrets are named: ${WAREHOUSE_PASSWORD}.")
    raw: str | None = Field(None, description="The schema of the raw tables; without it that of the engine's own.")
    schema_: str = Field(
        "accountlens",
        alias="schema",
        pattern=r"^[a-z][a-z0-9_]{0,30}$",
        description="How the schemas begin that a refresh makes there.",
    )


def _as_warehouse(given: Any) -> Any:
    """`postgresql://...` is `{url: postgresql://...}`."""
    return {"url": given} if isinstance(given, str) else given


class Settings(Strict):
    name: str = Field("My company", description="At the head of pages and reviews.")
    time_zone: TimeZone = Field("UTC", description="Where days begin and end, such as Europe/Berlin.")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$", description="ISO 4217 code all money is reported in.")
    fiscal_year_starts: int = Field(1, ge=1, le=12, description="Month (1-12) in which the fiscal year starts.")
    business_hours: str | None = Field(None, description='For example "Mon-Fri 09:00-17:00".')
    gross_margin: float | None = Field(None, gt=0, le=1, description="Share of revenue left after serving it: 0.8.")
    sources: dict[str, SourceSettings] = Field(default_factory=dict, description="name: {path: exports}, or of a type.")
    entities: dict[str, EntitySettings] = Field(
        default_factory=dict, description="entity: {from: source.table, columns: {...}}; else entities/<entity>.sql."
    )
    warehouse: Annotated[
        Warehouse | None, BeforeValidator(_as_warehouse, json_schema_input_type=str | Warehouse | None)
    ] = Field(None, description="Where large tables stay: postgresql://..., spark://..., or {url: ..., raw: schema}.")
    kpi_options: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Defaults of KPI options: kpi (or `all`) → option → value."
    )
    stages: dict[str, int] | None = Field(
        None, description="The stages of an account's journey and their places: {aware: 1, engaged: 2, customer: 3}."
    )
    lists: dict[str, Any] = Field(default_factory=dict, description=RESERVED)
    buying_roles: dict[str, Any] | list[str] = Field(
        default_factory=dict,
        description=f"{RESERVED} Roles are set by kpi_options: {{buying_group_coverage: {{buying_roles: [...]}}}}.",
    )
    health: dict[str, Any] = Field(default_factory=dict, description=RESERVED)
    profiles: dict[str, Profile] = Field(default_factory=dict, description="name: a set of definitions to ask by.")
    snapshots: Retention = Field(default_factory=Retention, description="How many are kept; all without it.")
    figures: Figures | None = Field(None, description="Figures that a refresh keeps ready for pages; none without it.")
    access: dict[str, Any] = Field(default_factory=dict, description=f"{RESERVED} Who sees what: page People.")
    schedules: Schedules = Field(default_factory=Schedules, description="When all sources are read: {refresh: 6h}.")
    delivery: Delivery = Field(default_factory=Delivery, description="By what ways reviews, KPIs and alerts are sent.")
    alerts: AlertSettings = Field(default_factory=AlertSettings, description="When nothing is to be told.")
    push: dict[str, PushSettings] = Field(default_factory=dict, description="name: {to: FILE.csv, columns: {...}}")

    @field_validator("sources")
    @classmethod
    def _names_are_plain(cls, sources: dict[str, SourceSettings]) -> dict[str, SourceSettings]:
        for name in sources:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"the source name '{name}' must be lower-case letters, digits and _")
        return sources


def load_settings(folder: Path) -> Settings:
    """Read the settings of a workspace folder; `ProblemsError` tells everything wrong, with lines."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise AccountlensError(
            f"No {FILE_NAME} here, so this is no workspace.",
            str(folder),
            "Make one with 'accountlens init --from FOLDER', or name another folder with -C.",
        )
    document, problems = read_yaml_file(path, FILE_NAME)
    settings: Settings | None = None
    if not problems:
        if document.data is not None and not isinstance(document.data, dict):
            document = Document(FILE_NAME, {"": document.data}, document.lines)
        settings, problems = validate(document, Settings)
    if settings is None or problems:
        raise ProblemsError(problems)
    return settings
