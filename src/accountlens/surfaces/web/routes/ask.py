"""The ask bar: a sentence read as a question of the catalog's words, without any service from elsewhere."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.language.reader import read_sentence
from accountlens.language.sentences import Meaning, Part, Reading, Vocabulary
from accountlens.pages.accounts import accounts_table
from accountlens.pages.vocabulary import vocabulary
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.explain_models import ReadingTold
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Strict, Text
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["questions"])


class Sentence(Strict):
    text: Annotated[Text, Field(max_length=500, examples=["win rate by tier last 4 quarters"])]


@router.get("/ask", response_model=None, responses=answers(ReadingTold), summary="Read a sentence as a question")
def ask(desk: AtDesk, sentence: Annotated[Sentence, Query()]) -> Response:
    """The question as `/query` takes it, what each word was taken for, and suggestions for those that mean nothing."""

    def make(place: Place) -> dict[str, Any]:
        words: Vocabulary = place.kept.get("vocabulary", lambda: _vocabulary(place))
        return _told(read_sentence(sentence.text, words, place.workspace.clock.today))

    return desk.tell(make)


def _vocabulary(place: Place) -> Vocabulary:
    if "accounts" not in place.opened.available:
        return vocabulary(place.catalog, None)
    return vocabulary(place.catalog, place.kept.get("accounts", lambda: accounts_table(place.workspace, place.opened)))


def _told(found: Reading) -> dict[str, Any]:
    question = found.question
    flat = {name: ",".join(value) if isinstance(value, list) else value for name, value in (question or {}).items()}
    return {
        "text": found.text,
        "question": question,
        "filters": found.filters,
        "without": found.without,
        "path": f"/api/v1/query?{urlencode(flat)}" if question else None,
        "understood": [_part(part) for part in found.parts if part.kind not in ("filler", "unknown")],
        "unknown": [_part(part) for part in found.unknown],
    }


def _part(part: Part) -> dict[str, Any]:
    told = {"words": part.words, "start": part.start, "end": part.end, "kind": part.kind}
    return told | {
        "value": part.value,
        "label": part.label or part.value,
        "other": [_meaning(one) for one in part.other],
    }


def _meaning(one: Meaning) -> dict[str, Any]:
    return {"kind": one.kind, "value": one.value, "label": one.label, "dimension": one.dimension}
