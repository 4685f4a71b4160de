"""Why a number is what it is, and the rows behind it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.engine.changes import Change
from accountlens.engine.explain import Explanation, MeasureTrace, RowPage, RowSet
from accountlens.engine.exports import csv_bytes
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.cursors import Limit, Paged
from accountlens.surfaces.web.explain_models import ExplanationTold, RowsTold
from accountlens.surfaces.web.formats import CSV, JSON, json_bytes, wanted
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.questions import Circumstances, Name, Text
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["questions"])


class Single(Circumstances):
    """One KPI over one period."""

    kpi: Annotated[Text, Field(description="Its name, also with options: win_rate(basis=value).")]
    account: Annotated[Name | None, Field(description="Only of this account: its id, name or domain.")] = None


class Explained(Single):
    compare: Annotated[Literal["previous", "year-ago"] | None, Field(description="Tells what changed since.")] = None


class Rows(Single):
    """Which rows of which of its measures."""

    measure: Annotated[Name | None, Field(description="Else the first.")] = None
    which: Annotated[
        Literal["counted", "left_out", "kept", "not_kept", "outside"],
        Field(description="Those that count; those left out for a `reason`; keys of a measure in two stages."),
    ] = "counted"
    reason: Annotated[str, Field(max_length=2_000, description="As `explain` tells it.")] = ""


class RowsPage(Rows, Paged):
    limit: Limit = 100


@router.get("/explain", response_model=None, responses=answers(ExplanationTold), summary="Why a number is what it is")
def explain(desk: AtDesk, question: Annotated[Explained, Query()]) -> Response:
    """The formula with its numbers, what changed, the SQL, and how many rows count and do not, by reason."""

    def make(place: Place) -> Any:
        compare = () if question.compare is None else (question.compare,)
        asked = question.circumstances(place)
        found = place.asking.explain(question.kpi, account=question.account, compare=compare, **asked)
        return explained(found)

    return desk.tell(make, snapshot=question.chosen(desk.server.hall), on=question.on)


@router.get("/rows", response_model=None, responses=answers(RowsTold, CSV), summary="The rows behind a number")
def rows(desk: AtDesk, page: Annotated[RowsPage, Query()]) -> Response:
    """A page at a time by cursor, the newest first; with `Accept: text/csv` all of them."""
    media = wanted(desk.request, JSON, CSV)
    at = page.page(page.limit)

    def make(place: Place) -> bytes:
        if media == CSV:
            whole = _rows(page, place, 0, desk.limits.figures)
            if whole.more:
                raise RefusedError(413, "These are too many rows for one file.", mend="Ask about a shorter period.")
            return csv_bytes(whole.columns, whole.rows)
        found = _rows(page, place, at.begins, page.limit)
        following = at.following(found.more, place.snapshot.id)
        told = {"snapshot": place.snapshot.id, "measure": found.measure, "fact": found.fact, "offset": at.begins}
        return json_bytes({**told, "columns": found.columns, "rows": found.rows, "next": following})

    return desk.tell(make, media=media, snapshot=at.snapshot or page.chosen(desk.server.hall), on=page.on)


def _rows(page: RowsPage, place: Place, offset: int, limit: int) -> RowPage:
    return place.asking.rows(
        page.kpi,
        account=page.account,
        measure=page.measure,
        which=page.which,
        reason=page.reason,
        offset=offset,
        limit=limit,
        **page.circumstances(place),
    )


def explained(found: Explanation) -> dict[str, Any]:
    """As it goes out: the row, the formula with its numbers, what changed, and how many rows count and do not."""
    return {
        **found.answer.about(),
        "kpi": found.definition.name,
        "label": found.definition.label,
        "unit": found.row["unit"],
        "good": found.definition.good,
        "options": dict(found.options),
        "period": found.period,
        "row": found.row,
        "formula": found.formula_text,
        "numbers": found.formula_numbers,
        "change": _change(found.change),
        "measures": [_measure(one) for one in found.traces],
        "sql": found.sql,
    }


def _change(found: Change | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"against": found.against, "lines": [{**vars(line), "change": line.change} for line in found.lines]}


def _measure(one: MeasureTrace) -> dict[str, Any]:
    """`rows` of each kind says how `/rows` is asked for all of them."""
    told: dict[str, Any] = {"name": one.name, "sentence": one.sentence, "value": one.value}
    told["counted"] = _set(one.included, {"which": "counted"})
    told["left_out"] = [_set(some, _asked(some)) for some in one.excluded]
    kinds = ("kept", "not_kept")
    told["keys"] = [_set(some, {"which": kinds[some.reason.startswith("not kept")]}) for some in one.keys]
    return told


def _asked(some: RowSet) -> dict[str, str]:
    return {"which": "outside"} if some.outside else {"which": "left_out", "reason": some.reason}


def _set(some: RowSet, rows: dict[str, str]) -> dict[str, Any]:
    return {
        "reason": some.reason,
        "count": some.count,
        "columns": some.columns,
        "sample": some.rows,
        "rows": rows,
    }
