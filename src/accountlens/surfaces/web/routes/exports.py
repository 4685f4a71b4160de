"""What a page makes a file of by itself, told for the audit log; files of the API are noted where they are made."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, Field
from starlette.requests import Request

from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import LONGEST_NOTE
from accountlens.surfaces.web.questions import LONGEST_LIST, Name, Strict, clean
from accountlens.surfaces.web.signing_in import needs, note

router = APIRouter(tags=["people"])
Address = Annotated[str, Field(pattern="^/", max_length=LONGEST_LIST), AfterValidator(clean)]


class Export(Strict):
    """A table or chart as it stands on a page: `page` is the address, with period, filters and KPIs."""

    page: Address
    title: Name
    form: Literal["text/csv", "image/png"]
    rows: Annotated[int | None, Field(ge=0, le=10**9, description="Of a table, without its headings.")] = None


@router.post("/exports", status_code=204, dependencies=[Depends(needs(Right.ASK))], summary="Note an export")
def note_export(request: Request, body: Export) -> None:
    """The audit log lists it; what the API itself gives as a file it lists anyway."""
    page, _, asked = body.page.partition("?")
    counted = {} if body.rows is None else {"rows": body.rows}
    note(request, "export", page, title=body.title, form=body.form, asked=asked[:LONGEST_NOTE], **counted)
