"""A weekly, monthly, quarterly or annual review, of what its reader sees: in the mail, and as files."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from accountlens.choosing.review import pack_named
from accountlens.delivery.making import Occasion
from accountlens.delivery.parcel import Attachment, Parcel
from accountlens.errors import AccountlensError
from accountlens.pages.stand import stand
from accountlens.reports.audience import whom
from accountlens.reports.build import build
from accountlens.reports.content import Cadence, Chart
from accountlens.reports.forms import FORMS, file_name, form
from accountlens.reports.html import to_html
from accountlens.reports.packs import pack_of
from accountlens.reports.pdf import to_png
from accountlens.reports.spans import span_of
from accountlens.workspace.asking import Asking

ABOUT = "a review: weekly, monthly, quarterly or annual; in sentences, with figures and charts"
PERSONAL = False
FILES = {"items": {"type": "string", "enum": sorted(FORMS)}}


def _apart(given: Any) -> Any:
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given


class Options(BaseModel):
    """`audience` as for `accountlens report --for`; `goal`: only its KPIs; `files`: the forms that are attached."""

    model_config = ConfigDict(extra="forbid")

    cadence: Cadence = Field(title="Cadence", description="Which review.")
    audience: str = Field("company", title="About", description="company, team:NAME, owner:NAME or account:NAME.")
    period: str | None = Field(
        None, title="Period", description="Else the one that ended last: as 2026-06 for a month, 2026-Q3 for a quarter."
    )
    goal: str | None = Field(None, title="Goal", description="Of one business goal, by its name; else of all.")
    files: Annotated[
        list[str],
        BeforeValidator(_apart),
        Field(max_length=len(FORMS), title="Files", description="Attached.", json_schema_extra=FILES),
    ] = ["pdf"]

    @field_validator("files")
    @classmethod
    def _are_forms(cls, files: list[str]) -> list[str]:
        try:
            for word in files:
                form(word)
        except AccountlensError as error:
            raise ValueError(f"{error.what} {error.mend or ''}".strip()) from error
        return list(dict.fromkeys(files))


def check(workspace: Asking, options: Options) -> None:
    """Whether there is such a review, such an audience and such a period."""
    here = stand(workspace)
    pack_of(options.cadence, whom(here, options.audience).audience, pack_named(workspace, options.goal))
    span_of(here, options.cadence, options.period)


def make(occasion: Occasion, options: Options) -> Parcel | None:
    """Pictures are pixels here: few mail programs show SVG."""
    of = pack_named(occasion.workspace, options.goal)
    report = build(occasion.workspace, options.cadence, options.audience, options.period, of=of)

    def picture(chart: Chart) -> str:
        return f"data:image/png;base64,{base64.b64encode(to_png(chart, report.currency)).decode()}"

    files = [
        Attachment(file_name(report, word), FORMS[word].media.partition(";")[0], FORMS[word].make(report))
        for word in options.files
    ]
    text = FORMS["md"].make(report).decode()
    return Parcel(report.name, text, to_html(report, picture), tuple(files))
