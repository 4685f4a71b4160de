"""Questions about KPIs: as series of numbers, as rows in Arrow, or as CSV."""

from __future__ import annotations

import io
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from accountlens.engine.answer import Answer
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.formats import ARROW, CSV, JSON, arrow_bytes, json_bytes, wanted
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Question, instant
from accountlens.surfaces.web.schemas import Series, answers

router = APIRouter(tags=["questions"])
TOLD = answers(Series, ARROW, CSV)


@router.get("/query", response_model=None, responses=TOLD, summary="Ask KPIs")
def query(desk: AtDesk, question: Annotated[Question, Query()]) -> Response:
    """An answer as series: per KPI flat lists, group after group, each over all periods (`group * P + period`).

    Unknown is null. `Accept` chooses: JSON, CSV (`text/csv`) or Arrow (`application/vnd.apache.arrow.stream`).
    """
    return ask(desk, question)


@router.post("/query", response_model=None, responses=TOLD, summary="Ask KPIs, the question as a body")
def post_query(desk: AtDesk, question: Question) -> Response:
    """The same, for questions too long for an address."""
    return ask(desk, question)


def ask(desk: Desk, question: Question) -> Response:
    desk.limits.check_kpis(len(question.kpis))
    media = wanted(desk.request, JSON, CSV, ARROW)

    def make(place: Place) -> bytes:
        return _written(_answer(question, place), media, question, desk)

    key = question.model_dump_json() if desk.request.method == "POST" else ""
    key += desk.targets(*question.compare)
    return desk.tell(make, media=media, key=key, snapshot=question.chosen(desk.server.hall), on=question.on)


def _answer(question: Question, place: Place) -> Answer:
    asked: dict[str, Any] = question.circumstances(place)
    answer = place.asking.ask(
        *question.kpis,
        by=question.by,
        grain=question.grain,
        compare=question.compare,
        totals=question.totals,
        only_values=question.only_values,
        targets_at=instant(question.as_known_at, place.workspace.house.time_zone),
        **asked,
    )
    if question.top is None:
        return answer
    leading = question.top_kpi or answer.plan.kpis[0].kpi.name
    return answer.top(leading, question.top, question.top_by, lowest=question.lowest)


def _written(answer: Answer, media: str, question: Question, desk: Desk) -> bytes:
    desk.limits.check_figures(len(answer.plan.kpis), len(answer.frame.level), answer.plan.asked)
    if media == JSON:
        return json_bytes(answer.series(components=question.components).to_json_arrays())
    if media == ARROW:
        return arrow_bytes(answer.to_arrow())
    text = io.StringIO(newline="")
    answer.to_csv(text)
    return text.getvalue().encode()
