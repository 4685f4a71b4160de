"""Alerts that are new to their reader: each is told to him once by a delivery, when that surely went out."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from accountlens.alerts.telling import news_for
from accountlens.delivery.making import Occasion
from accountlens.delivery.page import page
from accountlens.delivery.parcel import Parcel
from accountlens.workspace.asking import Asking

ABOUT = "alerts that are new, of accounts one sees, each with its reason and the next step; nothing where there is none"
PERSONAL = True


class Options(BaseModel):
    """`address`: where the application is served, for links."""

    model_config = ConfigDict(extra="forbid")

    address: str | None = Field(
        None, title="Address for links", description="Where the application is opened: https://kpis.acme.example"
    )


def check(workspace: Asking, options: Options) -> None:
    """There is nothing that could be wrong: without rules there is nothing to tell."""


def make(occasion: Occasion, options: Options) -> Parcel | None:
    """None also in quiet hours: what is new then is told the next time."""
    reader = f"{occasion.name}/{occasion.to}"
    news = news_for(occasion.workspace, occasion.viewer, reader, occasion.due_at, options.address)
    if news is None:
        return None
    foot = f"Of {occasion.audience}."
    return Parcel(news.subject, f"{news.text}\n{foot}\n", page(news.subject, news.html, [foot]), tells=tuple(news.keys))
