"""A saved view: the same columns, filters and order as in the browser, with the rows its reader sees."""

from __future__ import annotations

from html import escape

from pydantic import BaseModel, ConfigDict, Field

from accountlens.boards import asked, views
from accountlens.boards.views import View
from accountlens.delivery.making import Occasion
from accountlens.delivery.page import page
from accountlens.delivery.parcel import Attachment, Parcel
from accountlens.delivery.shared import closing, gone, meant
from accountlens.delivery.sheets import sheet_of
from accountlens.language.numbers import count
from accountlens.workspace.asking import Asking

ABOUT = "a saved view of accounts or KPIs, as table and CSV"
PERSONAL = False


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")

    view: str = Field(
        title="View",
        description="One that everybody may use: its id, or its name.",
        json_schema_extra={"format": "view"},
    )


def check(workspace: Asking, options: Options) -> None:
    """Ask it once: what it names that is gone is told now, not on Monday."""
    sheet_of(workspace, asked.read(_view(workspace, options)))


def make(occasion: Occasion, options: Options) -> Parcel | None:
    view = _view(occasion.workspace, options)
    sheet = sheet_of(occasion.workspace, asked.read(view))
    many = count(len(sheet.rows), "account" if view.page == "accounts" else "figure")
    about, foot = f"{view.name}: {many}", [*gone(sheet), *closing(occasion)]
    html = page(occasion.name, f"<p>{escape(about)}</p>{sheet.html()}", foot)
    file = Attachment(f"{view.page}.csv", "text/csv", sheet.csv)
    return Parcel(f"{occasion.name}: {many}", "\n\n".join([about, sheet.text(), *foot]), html, (file,))


def _view(workspace: Asking, options: Options) -> View:
    """One that is its owner's alone is nobody's to send."""
    shared = {one.id: one for one in views.every(workspace.store) if one.shared}
    names = {id_: one.name for id_, one in shared.items()}
    mend = "Save it for everybody first: Views, Save this view."
    return shared[meant(options.view, names, "view", "everybody may use", mend)]
